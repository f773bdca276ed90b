"""Whoever answers, and with whatever, a look for TLS ends and leaves nothing open."""

from __future__ import annotations

import gc
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from edges.certificates import Authority

from waybill_common.tls import secured, speaks_tls, unchecked

Answer = Callable[[socket.socket], None]

_RESET = struct.pack("ii", 1, 0)


@contextmanager
def listening(answer: Answer) -> Iterator[tuple[str, int]]:
    """Answers each connection, and closes it."""

    def serve(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                with server.accept()[0] as plain, suppress(OSError):
                    answer(plain)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, args=(server,), daemon=True).start()
        yield server.getsockname()[:2]
        server.shutdown(socket.SHUT_RDWR)


def resets(plain: socket.socket) -> None:
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def closes(_plain: socket.socket) -> None: ...


def speaks_otherwise(plain: socket.socket) -> None:
    plain.recv(1000)
    plain.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize("answer", [resets, closes, speaks_otherwise])
def test_who_speaks_no_tls_is_left_with_nothing_open(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.create_connection

    def slowly(*given: Any, **more: Any) -> socket.socket:
        """As on a busy machine: what the other side did is known by the time that the caller goes on."""
        connection = connect(*given, **more)
        time.sleep(0.1)
        return connection

    monkeypatch.setattr(socket, "create_connection", slowly)
    with listening(answer) as address:
        assert not speaks_tls(address, 2.0)
    gc.collect()  # a socket that was left open warns here, and warnings are errors


def test_nobody_speaks_no_tls() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()[:2]
    assert not speaks_tls(address, 2.0)


def test_a_listener_with_tls_is_found_and_heard(tmp_path: Path) -> None:
    context = Authority(tmp_path).server("127.0.0.1")

    def greets(plain: socket.socket) -> None:
        with context.wrap_socket(plain, server_side=True) as inner:
            inner.sendall(b"hello")
            inner.recv(1)

    with listening(greets) as address:
        assert speaks_tls(address, 2.0)
        with secured(address, unchecked(), 2.0) as connection:
            assert connection.recv(5) == b"hello"
        trusting = ssl.create_default_context()
        with pytest.raises(ssl.SSLCertVerificationError), secured(address, trusting, 2.0):
            pass
