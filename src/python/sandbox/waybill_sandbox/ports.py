"""Loopback ports."""

from __future__ import annotations

import contextlib
import socket

from waybill_common.errors import PortInUse

LOOPBACK = "127.0.0.1"
MOST_PORT = 65_535


def free_ports(count: int) -> tuple[int, ...]:
    """``count`` different ports that nothing listens on at this moment."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return tuple(one.getsockname()[1] for one in sockets)


def claim_port(port: int, purpose: str, host: str = LOOPBACK) -> int:
    """``port`` itself if it is free on the address ``host``, any free one for 0. Raises PortInUse."""
    if port == 0:
        return free_ports(1)[0]
    with socket.socket() as probe:
        # As servers do, so that a port in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortInUse(
                f"Port {port} for {purpose} can't be opened on {host}: {error.strerror}.",
                allowed="a port that no other program listens on, or 0 for any free one.",
                remedy=f"end the program that holds port {port}, or name another port.",
            ) from error
    return port


def listens(port: int) -> bool:
    """Whether something accepts connections on the loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0
