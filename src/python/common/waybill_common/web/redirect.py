"""Where a redirect may lead: to the configured origin, or from its http to its https. Pure.

The settings name one API: another host has other records, and may be one that only this machine reaches.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

FOLLOWED = frozenset({301, 302, 303, 307, 308})
LIMIT = 3
"""Redirects of one exchange."""

_LONGEST = 8192
_SAME_METHOD = (307, 308)
_PORTS = {"http": 80, "https": 443}
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
_PRINTABLE = string.punctuation


@dataclass(frozen=True)
class RedirectLost:
    """Why a redirect is not followed; goes on the words "redirects (status 302) ". No query, no user, no password."""

    why: str


def follow(method: str, configured: str, here: str, status: int, location: str | None) -> str | RedirectLost:
    """The address to ask next, with the same method and body.

    ``configured`` is the address that the settings name, ``here`` the one that answered.
    """
    if not location:
        return RedirectLost("and does not say where to")
    if method != "GET" and status not in _SAME_METHOD:
        return RedirectLost(f"so that the {method} would become a GET")
    if len(location) > _LONGEST or _UNPRINTABLE.search(location):
        return RedirectLost("to what is no address")
    start = urlsplit(configured)
    try:
        # http.client reads headers as Latin-1: this gives the bytes as they were sent.
        to = urlsplit(urljoin(here, quote(location.encode("latin-1"), safe=_PRINTABLE)))
        origin, port = (to.scheme, to.hostname), _port(to)
    except ValueError:
        return RedirectLost("to what is no address")
    if to.scheme not in _PORTS or not to.hostname:
        return RedirectLost("to what is no http or https address")
    if to.username is not None or to.password is not None:
        return RedirectLost("to an address with a user or password in it")
    if urlsplit(here).scheme == "https" and to.scheme == "http":
        return RedirectLost("from https to http")
    upgraded = (start.scheme, _port(start), to.scheme, port) == ("http", 80, "https", 443)
    if to.hostname != start.hostname or not (upgraded or (origin[0], port) == (start.scheme, _port(start))):
        return RedirectLost(f"to {to.scheme}://{_shown(to.hostname)}:{port}, another origin")
    # Host and port from the settings: whatever reads them next finds what was compared here.
    host = start.netloc if not upgraded else start.netloc.removesuffix(":80")
    return f"{to.scheme}://{host}{to.path or '/'}" + (f"?{to.query}" if to.query else "")


def _port(parts: SplitResult) -> int:
    return parts.port if parts.port is not None else _PORTS.get(parts.scheme, 0)


def _shown(host: str) -> str:
    return ascii(host)[1:-1][:253]
