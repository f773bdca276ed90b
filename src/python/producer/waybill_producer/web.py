"""What the producer's two HTTP clients share: who they are, and that no server can hold them."""

from __future__ import annotations

import time

import requests

from waybill_common.version import VERSION

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def web_session(host: str | None) -> requests.Session:
    """A session that has not connected yet. Close it."""
    session = requests.Session()
    session.headers["User-Agent"] = f"waybill/{VERSION}"
    # A proxy for the outside world would not find a server on this machine.
    session.trust_env = host not in _LOOPBACK
    return session


def read_body(response: requests.Response, *, limit: int, seconds: float) -> bytes:
    """The decoded body of a streamed response: at most ``limit`` bytes, complete within ``seconds``.

    Reads what is there instead of full blocks: a server that drips can't hold us. Raises
    ``requests.RequestException`` or ``urllib3.exceptions.HTTPError``.
    """
    deadline = time.monotonic() + seconds
    chunks, size = [], 0
    while chunk := response.raw.read1(262_144, decode_content=True):
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            raise requests.exceptions.ContentDecodingError(f"the body is larger than {limit} bytes")
        if time.monotonic() > deadline:
            raise requests.exceptions.ReadTimeout(f"the body was not complete in {seconds:g} s")
    return b"".join(chunks)
