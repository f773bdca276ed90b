"""Before every page: the name that the console was called by, the session, and for forms where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from waybill_console.security.listen import is_known_host, is_own_origin
from waybill_console.security.session import LASTS, Session, Sessions

SIGN_IN = "/sign-in"
FORM_TOKEN = "form_token"  # noqa: S105  # the field's name
_OPEN = ("/healthz", "/static/")
_LARGEST_FORM = 64 * 1024


class Gate:
    """What passes has ``scope["state"]["session"]`` and, where it is a form, ``scope["state"]["form"]``."""

    def __init__(self, app: ASGIApp, *, sessions: Sessions, hosts: frozenset[str], cookie: str) -> None:
        self._app = app
        self._sessions = sessions
        self._hosts = hosts
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        known = self._sessions.read(request.cookies.get(self._cookie))
        session = known or self._sessions.new()
        refusal = await self._refusal(request, session)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        scope.setdefault("state", {})["session"] = session
        is_new = known is None and not request.url.path.startswith(_OPEN)

        async def with_cookie(message: Message) -> None:
            if is_new and message["type"] == "http.response.start":
                set_cookie(message, self._cookie, self._sessions.cookie(session))
            await send(message)

        await self._app(scope, receive, with_cookie)

    async def _refusal(self, request: Request, session: Session) -> Response | None:
        hosts = request.headers.getlist("host")
        if len(hosts) != 1 or not is_known_host(hosts[0], self._hosts):
            return _refused(request, "host", "This console does not go by that name: see --allowed-hosts.")
        if request.method not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("GET, HEAD and POST are all there is.\n", 405)
        if request.url.path.startswith(_OPEN):
            return None
        if request.method == "POST":
            if not is_own_origin(request.headers.get("origin"), hosts[0], request.url.scheme):
                return _refused(request, "origin", "That form is none of this console's.")
            form = await read_form(request)
            if form is None or not self._sessions.is_form_token(session, form.get(FORM_TOKEN, "")):
                return _refused(
                    request,
                    "form",
                    "That form is of another session, or of the console before it was started anew: go back, reload "
                    "the page and send it again.",
                )
            request.scope.setdefault("state", {})["form"] = form
        if not session.is_signed_in and request.url.path != SIGN_IN:
            if request.method == "POST" or "text/event-stream" in request.headers.get("accept", ""):
                return PlainTextResponse("Sign in first.\n", 401)
            here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"{SIGN_IN}?next={quote(here, safe='')}", 303)
        return None


async def read_form(request: Request) -> Mapping[str, str] | None:
    """The fields of a form, the last one of a name; None for what is none, or too large."""
    if (
        request.headers.get("content-type", "").partition(";")[0].strip()
        != "application/x-www-form-urlencoded"
    ):
        return None
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_FORM:
            return None
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=50))
    except ValueError:
        return None


def set_cookie(message: Message, name: str, value: str) -> None:
    text = f"{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={int(LASTS)}"
    message["headers"] = [*message["headers"], (b"set-cookie", text.encode())]


def _refused(request: Request, why: str, told: str) -> Response:
    structlog.get_logger().warning("request_refused", why=why, method=request.method)
    return PlainTextResponse(f"{told}\n", 403)
