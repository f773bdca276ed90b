"""Status pages on a free port, and what is asked of them byte by byte."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from waybill_common.listener import listen
from waybill_status.figures import Figure, Values
from waybill_status.status_server import running

ROWS = Figure("waybill_rows_total", "counter", ("stream",), "Rows.")


@dataclass
class Run:
    """One that says what a test wants it to. ``broken`` is raised in place of the figures."""

    ill: str | None = None
    rows: float = 1
    broken: Exception | None = None
    asked: list[str] = field(default_factory=list)

    def complaint(self) -> str | None:
        return self.ill

    def figures(self) -> Iterable[tuple[Figure, Values]]:
        if self.broken is not None:
            raise self.broken
        return [(ROWS, {("names",): self.rows})]


@contextmanager
def served(run: Run) -> Iterator[int]:
    """The port."""
    bound = listen("127.0.0.1", 0, what="the tests", given="a test", setting="no setting")
    with bound, running(bound, run):
        yield bound.getsockname()[1]


def ask(port: int, request: bytes, seconds: float = 10.0) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of whatever is answered."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        head, _, body = b"".join(iter(lambda: connection.recv(65_536), b"")).partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in lines), body


def get(port: int, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    return ask(port, f"{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
