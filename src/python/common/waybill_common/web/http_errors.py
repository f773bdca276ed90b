"""Why an exchange brought no answer, in words of ours.

The texts of ``requests`` and urllib3 hold whole addresses, with what is secret in them; no word here comes from them.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

from urllib3.exceptions import DecodeError

_TUNNEL = re.compile(r"Tunnel connection failed: ([0-9]{3})\b")
_PASSING_STATUS = (408, 425, 429)
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNKNOWN_PROTOCOL"})
"""OpenSSL's reasons where the other side speaks no TLS."""


_NO_HTTP = "the answer is no HTTP"
_BROKEN = (
    (http.client.IncompleteRead, "the body ended early"),
    (http.client.LineTooLong, "a line of the answer's head is too long"),
    (http.client.BadStatusLine, _NO_HTTP),
    (http.client.UnknownProtocol, _NO_HTTP),
    (http.client.HTTPException, "the answer's head has too many lines"),
)


class NoAnswer(Exception):
    """No usable answer this time; the next request may bring one."""


class BodyTooLarge(NoAnswer):
    """More came than whoever asks takes."""


class HttpRefused(Exception):
    """The next request would meet the same: somebody has to change something."""


@dataclass(frozen=True)
class _Cause:
    text: str
    final: bool = False


def failure_of(error: Exception) -> NoAnswer | HttpRefused:
    """What an exception of ``requests``, urllib3 or the standard library comes to."""
    causes = [cause for one in _within(error) if (cause := _cause(one)) is not None]
    found = causes[0] if causes else _Cause("")
    text = ": ".join(part for part in (type(error).__name__, found.text) if part)
    return HttpRefused(text) if found.final else NoAnswer(text)


def _cause(error: BaseException) -> _Cause | None:
    """What one exception says; None for those that only wrap another one."""
    match error:
        case ssl.SSLCertVerificationError():
            return _Cause(f"the certificate is not accepted: {error.verify_message}", final=True)
        case ssl.SSLError():
            reason = error.reason or "no reason given"
            return _Cause(f"TLS failed: {reason}", final=reason in _NO_TLS)
        case socket.gaierror():
            return _Cause(f"the host's name can't be resolved: {error.strerror}")
        case TimeoutError():
            return _Cause("no answer in time")
        case OSError() if (tunnel := _TUNNEL.match(str(error))) is not None:
            status = int(tunnel[1])
            final = 400 <= status < 500 and status not in _PASSING_STATUS
            return _Cause(f"the proxy answered status {status}", final=final)
        case http.client.RemoteDisconnected():
            return _Cause("the connection was closed before an answer")
        case OSError() if error.errno is not None:
            return _Cause(os.strerror(error.errno))
        case http.client.HTTPException():
            return _Cause(next(words for kind, words in _BROKEN if isinstance(error, kind)))
        case DecodeError():
            return _Cause("the body is not encoded as its head says")
    return None


def _within(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that it holds: arguments, reasons, causes. Each of them once."""
    queue: list[BaseException] = [error]
    seen: set[int] = set()
    while queue:
        one = queue.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        held = [*one.args, getattr(one, "reason", None), getattr(one, "original_error", None)]
        queue.extend(
            part for part in (*held, one.__cause__, one.__context__) if isinstance(part, BaseException)
        )
