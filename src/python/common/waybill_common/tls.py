"""TLS to an address that may speak something else."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def secured(address: tuple[str, int], context: ssl.SSLContext, seconds: float) -> Iterator[ssl.SSLSocket]:
    """A connection after its handshake; ``seconds`` for each step. Raises ``OSError``, of which ``SSLError`` is one.

    A first connection shows where the address answers. It is not the one that is wrapped: a connected socket which
    the other side has reset meanwhile is taken over by ``wrap_socket`` and left open.
    """
    with socket.create_connection(address, seconds) as found:
        family, place = found.family, found.getpeername()
    with context.wrap_socket(socket.socket(family), server_hostname=address[0]) as connection:
        connection.settimeout(seconds)
        connection.connect(place)
        yield connection


def speaks_tls(address: tuple[str, int], seconds: float) -> bool:
    """Whether a handshake succeeds, or ends with an alert of the other side."""
    try:
        with secured(address, unchecked(), seconds):
            return True
    except ssl.SSLError as error:
        return "ALERT" in (error.reason or "").upper()
    except OSError:
        return False


def unchecked() -> ssl.SSLContext:
    """Of a client that trusts anybody: only to see what is spoken."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
