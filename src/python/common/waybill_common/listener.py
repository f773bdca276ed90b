"""A port of this machine for a server of ours: taken before anything else happens, or refused at once."""

from __future__ import annotations

import errno
import socket

from waybill_common.errors import PortInUse, SettingsRefused

_WAITING = 16
"""Connections that may wait to be accepted."""


def listen(host: str, port: int, *, what: str, given: str, setting: str) -> socket.socket:
    """A socket that listens; port 0 is any free one. ``given`` is the address as it was asked for, ``what`` the server.

    Raises ``PortInUse``, and ``SettingsRefused`` for an address that is not this machine's.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, number, _, where = found[0]
        bound = socket.socket(family, kind, number)
    except (OSError, UnicodeError) as error:  # the latter where a label of the name is too long
        raise _no_address(given, setting, error) from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(where)
        bound.listen(_WAITING)
    except PermissionError as error:
        bound.close()
        raise _no_address(given, setting, error) from error
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise _no_address(given, setting, error) from error
        raise PortInUse(
            f"Port {port} for {what} can't be opened on {host}: {error.strerror}.",
            allowed="a port that no other program listens on, or 0 for any free one.",
            remedy=f"end the program that holds port {port}, or name another one with {setting}.",
        ) from error
    return bound


def is_any(host: str) -> bool:
    """Whether that stands for all addresses of this machine."""
    return host in ("0.0.0.0", "::")  # noqa: S104  # compared, not bound


def url_of(host: str, port: int) -> str:
    """To reach it on this machine."""
    host = "127.0.0.1" if is_any(host) else host
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _no_address(given: str, setting: str, error: Exception) -> SettingsRefused:
    return SettingsRefused(
        f"{given} can't be listened on: {getattr(error, 'strerror', None) or error}.",
        allowed="an address of this machine, and a port that this user may open.",
        remedy=f"correct {setting}.",
    )
