"""The one request function: ``requests`` within bounds, in a thread that nobody has to wait for."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import requests
import urllib3
from requests.auth import HTTPBasicAuth

from waybill_common.version import VERSION
from waybill_common.web.http_errors import BodyTooLarge, HttpRefused, NoAnswer, failure_of
from waybill_common.web.proxies import Route
from waybill_common.web.redirect import FOLLOWED, LIMIT, RedirectLost, follow
from waybill_common.web.reply_bounds import BOUNDS, BoundedAdapter, ReplyBounds
from waybill_common.web.url_credentials import BasicCredentials, basic_bytes

_BESIDES_BODY = 1024 * 1024
"""Bytes that an exchange may have besides its body: status lines, headers, chunk sizes, trailers."""

_READ = 262_144
_GRACE = 1.0
"""Seconds by which the thread's own bounds end before the caller's."""


@dataclass(frozen=True)
class Limits:
    """Seconds to connect, for the headers (redirects included), and again for the body; bytes of the decoded body."""

    connect: float
    read: float
    body: int

    @property
    def total(self) -> float:
        """Seconds that an exchange takes at most, whatever the server, the network or the name server does."""
        return self.connect + 2 * self.read


@dataclass(frozen=True)
class HttpAnswer:
    """``body`` is decoded and complete. A redirect is never one."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Web:
    """A client of one origin, which keeps a connection between its exchanges. One of them runs at a time."""

    def __init__(
        self, limits: Limits, way: Route, headers: Mapping[str, str], auth: BasicCredentials | None = None
    ) -> None:
        self._limits = limits
        self._way = way
        self._headers = {"User-Agent": f"waybill/{VERSION}", **headers}
        self._auth = auth
        self._session: requests.Session | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def ask(self, request: requests.Request) -> HttpAnswer:
        """The answer to ``request``, whose redirects are followed within its origin.

        Ends within ``limits.total`` seconds and a little. Raises ``NoAnswer`` or ``HttpRefused``.
        """
        session = self._session or self._connectable()
        # If the wait ends early, the session stays with the thread.
        self._session = None
        answer: Future[HttpAnswer] = Future()
        run = contextvars.copy_context().run
        threading.Thread(
            target=run, args=(self._carry_out, session, request, answer), name="exchange", daemon=True
        ).start()
        try:
            found = answer.result(self._limits.total + _GRACE)
        except TimeoutError:
            raise NoAnswer(f"there was no whole answer in {self._limits.total:g} s") from None
        except (NoAnswer, HttpRefused):
            session.close()
            raise
        self._session = session
        return found

    def _connectable(self) -> requests.Session:
        """A session that takes nothing from its surroundings: no ``.netrc``, no variables, no cookies."""
        session = _Session()
        session.trust_env = False
        session.headers.update(self._headers)
        if self._auth is not None:
            session.auth = HTTPBasicAuth(*basic_bytes(self._auth))
        session.proxies.update(self._way.proxies)
        session.verify = self._way.ca or True
        for scheme in ("http://", "https://"):
            session.mount(scheme, BoundedAdapter())
        return session

    def _carry_out(
        self, session: requests.Session, request: requests.Request, answer: Future[HttpAnswer]
    ) -> None:
        try:
            answer.set_result(self._exchange(session, request))
        except BaseException as error:  # noqa: BLE001  # raised again where the answer is wanted
            answer.set_exception(error)

    def _exchange(self, session: requests.Session, request: requests.Request) -> HttpAnswer:
        limits = self._limits
        bounds = ReplyBounds("the answer's head", limits.connect + limits.read, limits.body + _BESIDES_BODY)
        BOUNDS.set(bounds)
        try:
            with self._arrive(session, request) as response:
                bounds.wait_for("the body", limits.read)
                return HttpAnswer(response.status_code, response.headers, _read(response, limits.body))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise failure_of(error) from error

    def _arrive(self, session: requests.Session, request: requests.Request) -> requests.Response:
        """The first answer that is no redirect, its body unread."""
        configured, prepared = request.url, session.prepare_request(request)
        for _ in range(LIMIT + 1):
            response = session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=(self._limits.connect, self._limits.read),
                verify=session.verify,
            )
            if response.status_code not in FOLLOWED:
                return response
            # Its body is not read: it may be of any size.
            response.close()
            location = response.headers.get("Location")
            to = follow(
                request.method, configured, prepared.url or configured, response.status_code, location
            )
            if isinstance(to, RedirectLost):
                raise HttpRefused(f"it redirects (status {response.status_code}) {to.why}")
            prepared.url = to
        raise HttpRefused(f"it redirects more than {LIMIT} times")


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: even unasked, ``requests`` would read a redirect's whole body."""


def _read(response: requests.Response, limit: int) -> bytes:
    chunks, size = [], 0
    while chunk := response.raw.read1(_READ, decode_content=True):
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge(f"the body is larger than {limit} bytes")
    return b"".join(chunks)
