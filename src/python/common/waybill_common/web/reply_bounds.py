"""The bounds of one exchange, kept where its bytes arrive.

A time-out of ``requests`` is for a single read, so a server that sends a byte now and then holds us for ever. Here each
read has what is left of the whole, and is counted.
"""

from __future__ import annotations

import http.client
import io
import time
from contextvars import ContextVar
from http.client import HTTPResponse
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.poolmanager import PoolManager

from waybill_common.web.http_errors import NoAnswer

INTERIM = 20
"""Interim answers (status 1xx) that are skipped before one counts as no answer."""


class ReplyBounds:
    """What an exchange has left: seconds for the part in hand, and bytes for all of it, as they come from the wire."""

    def __init__(self, waits_for: str, seconds: float, wire_bytes: int) -> None:
        self._bytes = self._bytes_left = wire_bytes
        self.wait_for(waits_for, seconds)

    def wait_for(self, part: str, seconds: float) -> None:
        """From now on ``part`` has to be complete within ``seconds``."""
        self._part, self._seconds = part, seconds
        self._deadline = time.monotonic() + seconds

    def seconds_left(self) -> float:
        """Raises ``NoAnswer`` when the time is over."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise self.overdue()
        return left

    def count(self, size: int) -> None:
        """Raises ``NoAnswer`` when more bytes came than allowed."""
        self._bytes_left -= size
        if self._bytes_left < 0:
            raise NoAnswer(f"more than {self._bytes} bytes came")

    def overdue(self) -> NoAnswer:
        return NoAnswer(f"{self._part} was not complete in {self._seconds:g} s")


BOUNDS: ContextVar[ReplyBounds] = ContextVar("bounds of the exchange in hand")


class _BoundedReader(io.RawIOBase):
    """What a socket receives, within the bounds of the exchange in hand."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        bounds = BOUNDS.get()
        self._sock.settimeout(bounds.seconds_left())
        try:
            size: int | None = self._raw.readinto(buffer)
        except TimeoutError:
            raise bounds.overdue() from None
        bounds.count(size or 0)
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedSocket:
    def __init__(self, sock: Any) -> None:
        self._sock = sock

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_BoundedReader(self._sock))


class _BoundedResponse(HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(_BoundedSocket(sock), *args, **kwargs)  # type: ignore[arg-type]  # makefile is all it needs

    def begin(self) -> None:
        super().begin()
        # Nobody here wants cookies, and what is not parsed can't go wrong.
        for name in ("Set-Cookie", "Set-Cookie2"):
            del self.headers[name]

    def _read_status(self) -> tuple[str, int, str]:
        """Of the answer proper: http.client itself skips 100 alone, and as often as it comes."""
        for _ in range(INTERIM):
            version, status, reason = super()._read_status()  # type: ignore[misc]  # not in the stubs
            if not 100 <= status < 200 or status == http.client.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise NoAnswer(f"{INTERIM} interim answers came, and no other")


class _Connection(HTTPConnection):
    response_class = _BoundedResponse


class _TlsConnection(HTTPSConnection):
    response_class = _BoundedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


_POOLS = {"http": _Pool, "https": _TlsPool}


class BoundedAdapter(HTTPAdapter):
    """Whose connections read within ``BOUNDS``, through a proxy or not."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager
