"""An API that gives the replies that it was told, in turn."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Reply:
    """``cut``: the connection ends after half of the body. ``reason`` is the status line's text."""

    body: bytes
    status: int = 200
    reason: str = "Told"
    cut: bool = False


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    replies: list[Reply]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        reply = self.server.replies.pop(0)
        self.send_response(reply.status, reply.reason)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Told", reply.reason)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Nothing on stderr."""


@contextmanager
def telling(replies: list[Reply]) -> Iterator[str]:
    """The API's address. It has to be asked as often as there are replies."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.replies = list(replies)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/"
        assert server.replies == [], "fewer requests came than there are replies"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
