"""The application: routes, what lies around them, and what ends with it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from waybill_console.context import Context
from waybill_console.pages import ROUTES, see_who_answers
from waybill_console.security import Gate, SecureHeaders
from waybill_console.views import HERE, page


def make_app(context: Context, hosts: frozenset[str]) -> Starlette:
    """``hosts`` are the names that the console may be called by."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        # So that the first page need not wait for brokers that are away.
        asking = asyncio.create_task(see_who_answers(context))
        yield
        asking.cancel()
        await context.close()

    app = Starlette(
        routes=[*ROUTES, Mount("/static", StaticFiles(directory=HERE / "static"), name="static")],
        middleware=[
            Middleware(RequestLog),
            Middleware(SecureHeaders),
            Middleware(Gate, sessions=context.sessions, hosts=hosts, cookie=context.cookie),
            Middleware(OwnMistakes),
        ],
        exception_handlers={HTTPException: _http_error},
        lifespan=lifespan,
    )
    app.state.context = context
    return app


class RequestLog:
    """One line for each request, at debug. Queries are left out: they may hold what somebody looks for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.monotonic()
        try:
            await self._app(scope, receive, send)
        finally:
            if scope["type"] == "http":
                took = round(1000 * (time.monotonic() - began), 1)
                structlog.get_logger().debug("request", method=scope["method"], path=scope["path"], ms=took)


class OwnMistakes:
    """What no page expected: the page says that it failed, the log says why, and the next one is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = has_begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception:  # whatever it was, it is logged
            if scope["type"] != "http":
                raise
            structlog.get_logger().exception("page_failed", path=scope["path"])
            if not has_begun:
                await page(Request(scope), "failed.html", status=500)(scope, receive, send)


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if "session" not in request.scope.get("state", {}):
        return Response(status_code=status)
    return page(request, "not_found.html", status=status)
