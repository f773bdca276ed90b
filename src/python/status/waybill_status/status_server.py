"""The server of two pages: ``/healthz`` and ``/metrics``. Nothing that a caller does keeps the run from its work."""

from __future__ import annotations

import contextvars
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import structlog

from waybill_status.exposition import CONTENT_TYPE, registry_of, text_of
from waybill_status.figures import Watched

MOST_AT_ONCE = 16
"""Connections that nobody ends; for one more the oldest is, since an answer takes no time and silence does."""

_MOST_THREADS = 2 * MOST_AT_ONCE
"""Ended ones that have not noticed included; whoever comes then is let go at once."""

MOST_SECONDS = 10.0
"""That a connection may take, whatever its other end does."""

_ENDED = float("-inf")
_POLL_SECONDS = 0.1
_ALLOWED = "allowed are GET and HEAD of /healthz and /metrics"
_PLAIN = "text/plain; charset=utf-8"


class StatusServer(ThreadingHTTPServer):
    """On a socket that listens already. Its threads end with the process, which waits for none of them."""

    daemon_threads = True

    def __init__(self, bound: socket.socket, run: Watched) -> None:
        super().__init__(bound.getsockname()[:2], StatusHandler, bind_and_activate=False)
        self.socket.close()
        self.socket = bound
        self.run = run
        self.registry = registry_of(run)
        # With it, lines of log from here are like any other of this run.
        self._context = contextvars.copy_context()
        self._lock = threading.Lock()
        self._open: dict[socket.socket, float] = {}

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            is_full = len(self._open) >= _MOST_THREADS
            if not is_full:
                waiting = [one for one, until in self._open.items() if until > _ENDED]
                if len(waiting) >= MOST_AT_ONCE:
                    _end(waiting[0])
                    self._open[waiting[0]] = _ENDED
                self._open[request] = time.monotonic() + MOST_SECONDS
        if is_full:
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no thread can be started: whoever called closes it
            self._let_go(request)
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            self._context.copy().run(super().process_request_thread, request, client_address)
        finally:
            self._let_go(request)

    def _let_go(self, request: socket.socket) -> None:
        with self._lock:
            self._open.pop(request, None)

    def service_actions(self) -> None:
        """Ends connections whose time is over: a caller may send a byte now and then for ever."""
        with self._lock:
            late = [request for request, until in self._open.items() if time.monotonic() > until]
        for request in late:
            _end(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  # as its base has it
        """A caller that goes away is no event; anything else is told, and ends nothing."""
        if not isinstance(sys.exception(), OSError):
            structlog.get_logger().error("status_connection_failed", exc_info=True)


def _end(request: socket.socket) -> None:
    """Wakes the thread that waits for it, and which closes it."""
    with suppress(OSError):  # its other end was first
        request.shutdown(socket.SHUT_RDWR)


class StatusHandler(BaseHTTPRequestHandler):
    """One request a connection."""

    server: StatusServer
    timeout = MOST_SECONDS

    def do_GET(self) -> None:
        try:
            status, kind, text = self._page()
        except Exception:  # noqa: BLE001  # told whole; the run goes on, and so do these pages
            structlog.get_logger().error("status_page_failed", exc_info=True)
            self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR)
        else:
            self._answer(status, kind, text)

    do_HEAD = do_GET  # noqa: N815  # the name that its base looks for

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """In words of ours alone: the request may hold anything."""
        status = HTTPStatus(HTTPStatus.METHOD_NOT_ALLOWED if code == HTTPStatus.NOT_IMPLEMENTED else code)
        self._answer(status, _PLAIN, f"{status.phrase}; {_ALLOWED}.\n".encode())

    def version_string(self) -> str:
        return "waybill"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as its base has it
        """Nothing: a page that is asked for every few seconds is no event."""

    def _page(self) -> tuple[HTTPStatus, str, bytes]:
        match self.path.partition("?")[0]:
            case "/healthz":
                complaint = self.server.run.complaint()
                if complaint is None:
                    return HTTPStatus.OK, _PLAIN, b"ok\n"
                return HTTPStatus.SERVICE_UNAVAILABLE, _PLAIN, f"{complaint}\n".encode()
            case "/metrics":
                return HTTPStatus.OK, CONTENT_TYPE, text_of(self.server.registry)
            case _:
                return (
                    HTTPStatus.NOT_FOUND,
                    _PLAIN,
                    f"There is no such page; {_ALLOWED}.\n".encode(),
                )

    def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.request_version = self.protocol_version  # with headers, also for what is no HTTP
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Connection", "close")
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")
        self.end_headers()
        self.close_connection = True
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def running(bound: socket.socket, run: Watched) -> Iterator[None]:
    """The server, in a thread of its own, for as long as the block."""
    server = StatusServer(bound, run)
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), name="status", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
