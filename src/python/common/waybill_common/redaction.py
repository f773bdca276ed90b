"""What nobody may read, taken out of any text: the one rule for logs, errors and tracebacks.

Settings refuse a user in an address; this is for addresses that others write: a proxy's, a redirect's, a library's
error.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus, unquote

_GONE = "***"

_USER = re.compile(
    r"""((?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]*:/{1,3}|(?<![\w:/])//)
    (?: [^\s/?\#"'<>]*@                                       # a user before the host
      | [^\s/:@"'<>]*:(?![0-9]{1,5}(?:[/?\#\s,;)"']|$))[^\s"'<>]*@ )  # a password with a slash in it
    """,
    re.VERBOSE,
)
_NAMED = r"""[\w.-]*(?:secret|passw(?:or)?d|passphrase|token|signature|credential|access[_-]?key|api[_-]?key)[\w.-]*"""
_OPTION = re.compile(rf"([?&;#](?:{_NAMED}|key|sig|auth|pwd)=)[^&;\s\"'<>]+", re.IGNORECASE)
_HEADER = re.compile(r"\b(Basic|Bearer)(\s+)[A-Za-z0-9+/=._~-]{8,}")
_NAMED_HEADER = re.compile(
    r"""\b(x-amz-security-token|(?:proxy-)?authorization)(["']?\s*[:=]\s*["']?(?:[A-Za-z]+\s+)?)[^\s"',;<>]{8,}""",
    re.IGNORECASE,
)
_WORDS = re.compile(r".{0,3}|[A-Za-z ]{0,7}|[a-z ]{0,15}|[0-9.]{0,7}", re.DOTALL)
"""Secrets that are not looked for in texts: these are words of ours too, and would be told by their absence."""

_LONG_LINE = 20
"""Characters of a line, such as one of a key's, that stand for no word."""

_PROXY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/+")
_OF_AWS = (
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
)

_known: set[str] = set()
_fetched: deque[frozenset[str]] = deque(maxlen=8)


def hide(secrets: Iterable[str]) -> None:
    """From now on ``redacted`` takes these out too, wherever they stand, and no others that were hidden before."""
    _known.clear()
    _fetched.clear()
    _known.update(_all_forms(secrets))


def hide_too(secrets: Iterable[str]) -> None:
    """Also these, for as long as the others."""
    _known.update(_all_forms(secrets))


def hide_fetched(secrets: Iterable[str]) -> None:
    """Also these, which a program was given while it ran, and may be given again: the last few are remembered."""
    found = frozenset(_all_forms(secrets))
    if found not in _fetched:
        _fetched.append(found)


def _all_forms(secrets: Iterable[str]) -> Iterator[str]:
    for secret in secrets:
        yield from (one for one in _forms(secret) if not _WORDS.fullmatch(one))


def _forms(secret: str) -> Iterator[str]:
    """As others may spell it: in Python, JSON, XML and addresses, as bytes, and each line of a key."""
    for one in (secret, secret.strip()):
        yield from (one, ascii(one)[1:-1], repr(one)[1:-1], escape(one, quote=False))
        yield from (json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1])
        spelled = one.encode(errors="replace")
        yield from (repr(spelled)[2:-1], quote(spelled), quote(spelled, safe=""), quote_plus(spelled))
    lines = secret.splitlines()
    if len(lines) > 1:
        yield from (one for one in lines if len(one) >= _LONG_LINE and not one.startswith("-----"))


def machines_secrets(environ: Mapping[str, str]) -> Iterator[str]:
    """Those that programs take from variables of the machine: passwords of proxies, and AWS's keys."""
    for name, text in environ.items():
        if name.upper() in _OF_AWS:
            yield text
        elif name.upper().endswith("_PROXY") and "@" in text:
            password = _PROXY.sub("", text.rpartition("@")[0], count=1).partition(":")[2]
            yield from (password, unquote(password))


def redacted(text: str) -> str:
    """``text`` without users in addresses, keys in queries, and the secrets of the settings."""
    for secret in sorted(_known.union(*_fetched), key=len, reverse=True):
        text = text.replace(secret, _GONE)
    if "@" in text:
        text = _USER.sub(rf"\1{_GONE}@", text)
    text = _HEADER.sub(rf"\1\2{_GONE}", _OPTION.sub(rf"\1{_GONE}", text))
    return _NAMED_HEADER.sub(rf"\1\2{_GONE}", text)


def beginning(text: str, most: int) -> str:
    """At most so many characters of a foreign text. A secret is taken out first: of one that is cut nobody knows what
    it was.
    """
    return redacted(text)[:most]


def redacted_value(value: Any) -> Any:
    """The same for a log's value, and for what is in it."""
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, dict):
        return {redacted_value(key): redacted_value(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [redacted_value(one) for one in value]
    shown = repr(value)
    without = redacted(shown)
    return value if without == shown else without
