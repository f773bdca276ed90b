"""A proxy in front of the object store. Whole requests pass, or meet a trap."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from faults.traps import Act, Board, Trap

from waybill_sandbox.ports import LOOPBACK

_NOT_PASSED_ON = {"connection", "transfer-encoding", "content-length", "server", "date"}
_LINGER_NOT = struct.pack("ii", 1, 0)
_ERROR = b"<Error><Code>%s</Code><Message>a fault of the test</Message></Error>"
_CODES = {403: b"AccessDenied", 409: b"ConditionalRequestConflict", 500: b"InternalError", 503: b"SlowDown"}

Reply = tuple[int, list[tuple[str, str]], bytes]


class HttpProxy:
    """On a port of its own; ``board`` holds its traps. Labels are ``METHOD /path?query``."""

    def __init__(self, upstream_port: int) -> None:
        self.board = Board()
        self._server = _Server((LOOPBACK, 0), _Handler)
        self._server.board, self._server.upstream_port = self.board, upstream_port
        self._thread = threading.Thread(target=self._server.serve_forever, name="http-proxy", daemon=True)

    @property
    def endpoint(self) -> str:
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.board.clear()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    board: Board
    upstream_port: int

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that are killed break their connections; that is what this is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        trap = self.server.board.strike(f"{self.command} {self.path}")
        reply = self._pass_on(body) if trap is None else self._struck(trap, body)
        if reply is None:
            self._cut()
        else:
            self._send(*reply)

    do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = _serve  # noqa: N815  # the base class's names

    def _struck(self, trap: Trap, body: bytes) -> Reply | None:
        """The reply, None for a broken connection."""
        fault = trap.fault
        match fault.act:
            case Act.SLOW:
                time.sleep(fault.seconds)
                return self._pass_on(body)
            case Act.HOLD:
                return self._pass_on(body) if trap.goes_on() else None
            case Act.HALF:
                return self._pass_on(body, trap)
            case Act.HOLD_REPLY:
                reply = self._pass_on(body)
                return reply if trap.goes_on() else None
            case Act.RESET:
                return None
            case Act.LOSE_REPLY:
                self._pass_on(body)
                return None
            case Act.DO_AND_ANSWER:
                self._pass_on(body)
                return _refusal(fault.status)
            case Act.ANSWER:
                return _refusal(fault.status)

    def _pass_on(self, body: bytes, half: Trap | None = None) -> Reply | None:
        upstream = http.client.HTTPConnection(LOOPBACK, self.server.upstream_port, timeout=60)
        try:
            # The request as it came: its signature covers the headers, Host among them.
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() != "connection":
                    upstream.putheader(name, value)
            upstream.endheaders()
            middle = len(body) // 2 if half is not None else 0
            upstream.send(body[:middle])
            if half is not None and not half.goes_on():
                return None
            upstream.send(body[middle:])
            reply = upstream.getresponse()
            headers = [(k, v) for k, v in reply.getheaders() if k.lower() not in _NOT_PASSED_ON]
            if self.command == "HEAD":
                headers.append(("Content-Length", reply.headers.get("Content-Length", "0")))
            return reply.status, headers, reply.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            upstream.close()

    def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _cut(self) -> None:
        """A reset, not an orderly end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Quiet."""


def _refusal(status: int) -> Reply:
    return status, [("Content-Type", "application/xml")], _ERROR % _CODES.get(status, b"InternalError")
