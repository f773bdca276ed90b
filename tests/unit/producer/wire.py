"""A server of bytes: what it sends need not be HTTP, nor ever end."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence

Talk = Callable[[socket.socket], None]
TLS = b"\x16"
"""What a handshake begins with; it is left to the talk."""


class Wire:
    """Each connection gets the next talk, the last one again and again. ``heads`` has the requests' heads."""

    def __init__(self, talks: Sequence[Talk]) -> None:
        self._talks = list(talks)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.heads: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def url(self, path: str = "/api/", scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}{path}"

    def close(self) -> None:
        # A blocked accept() is not ended by close() alone.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        number = 0
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                talk = self._talks[min(number, len(self._talks) - 1)]
                number += 1
                threading.Thread(target=self._converse, args=(sock, talk), daemon=True).start()

    def _converse(self, sock: socket.socket, talk: Talk) -> None:
        with sock, contextlib.suppress(OSError):
            if sock.recv(1, socket.MSG_PEEK) != TLS:
                self.heads.append(_head(sock))
            talk(sock)


@contextlib.contextmanager
def serving(*talks: Talk) -> Iterator[Wire]:
    wire = Wire(talks)
    try:
        yield wire
    finally:
        wire.close()


def says(*parts: bytes) -> Talk:
    def talk(sock: socket.socket) -> None:
        for part in parts:
            sock.sendall(part)
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(65536):
            pass

    return talk


def repeats(first: bytes, again: bytes, pause: float = 0.0) -> Talk:
    """``first``, then ``again`` until the client goes away."""

    def talk(sock: socket.socket) -> None:
        sock.sendall(first)
        block = again if pause else again * max(1, 65536 // len(again))
        while True:
            sock.sendall(block)
            time.sleep(pause)

    return talk


def is_silent(sock: socket.socket) -> None:
    while sock.recv(65536):
        pass


def _head(sock: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head and (part := sock.recv(65536)):
        head += part
    return head
