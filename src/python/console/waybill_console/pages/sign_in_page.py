"""Signing in with the token, and out."""

from __future__ import annotations

import asyncio

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from waybill_console.context import Context, context_of, form_of
from waybill_console.security import LASTS, SIGN_IN, Session, is_path_here
from waybill_console.views import page

PATH = SIGN_IN
_PAUSE = 0.5


async def show(request: Request) -> Response:
    return page(request, "sign_in.html", next=_next(request.query_params.get("next", "")), wrong="")


async def sign_in(request: Request) -> Response:
    """A wrong token costs a moment, and many cost a minute."""
    context, form = context_of(request), form_of(request)
    where = _next(form.get("next", ""))
    if context.sessions.is_token(form.get("token", "")):
        answer = RedirectResponse(where, 303)
        _set(answer, context, context.sessions.new(signed_in=True))
        structlog.get_logger().info("signed_in", client=request.client.host if request.client else None)
        return answer
    await asyncio.sleep(_PAUSE)
    throttled = context.sessions.is_throttled
    structlog.get_logger().warning("sign_in_refused", client=request.client.host if request.client else None)
    wrong = "Too many wrong tokens: wait a minute." if throttled else "That is not the token."
    return page(request, "sign_in.html", next=where, wrong=wrong, status=429 if throttled else 403)


async def sign_out(request: Request) -> Response:
    context = context_of(request)
    answer = RedirectResponse("/", 303)
    _set(answer, context, context.sessions.new())
    return answer


def _next(path: str) -> str:
    return path if is_path_here(path) and not path.startswith(PATH) else "/"


def _set(answer: Response, context: Context, session: Session) -> None:
    answer.set_cookie(
        context.cookie,
        context.sessions.cookie(session),
        max_age=int(LASTS),
        httponly=True,
        samesite="strict",
    )
