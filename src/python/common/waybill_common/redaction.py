"""What nobody may read, taken out of any text: the one rule for logs, errors and tracebacks.

Settings refuse a user in an address; this is for addresses that others write: a proxy's, a redirect's, a library's
error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

_GONE = "***"

_USER = re.compile(
    r"""((?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]*:/{1,3}|(?<![\w:/])//)
    (?: [^\s/?\#"'<>]*@                                       # a user before the host
      | [^\s/:@"'<>]*:(?![0-9]{1,5}(?:[/?\#\s,;)"']|$))[^\s"'<>]*@ )  # a password with a slash in it
    """,
    re.VERBOSE,
)
_NAMED = r"""[\w.-]*(?:secret|passw(?:or)?d|passphrase|token|signature|credential|access[_-]?key|api[_-]?key)[\w.-]*"""
_OPTION = re.compile(rf"([?&;](?:{_NAMED}|key|sig|auth|pwd)=)[^&;\s\"'<>]+", re.IGNORECASE)
_HEADER = re.compile(r"\b(Basic|Bearer)(\s+)[A-Za-z0-9+/=._~-]{8,}")
_WORDS = re.compile(r".{0,7}|[a-z ]{0,15}", re.DOTALL)
"""Secrets that are not looked for in texts: these are words of ours too, and would be told by their absence."""

_known: set[str] = set()


def hide(secrets: Iterable[str]) -> None:
    """From now on ``redacted`` takes these out too, wherever they stand, and no others that were hidden before."""
    _known.clear()
    for secret in secrets:
        forms = (secret, secret.strip(), ascii(secret)[1:-1])
        _known.update(one for one in forms if not _WORDS.fullmatch(one))


def machines_secrets(environ: Mapping[str, str]) -> Iterator[str]:
    """Those that programs take from variables of the machine: passwords of proxies, and AWS's keys."""
    for name, text in environ.items():
        if name.upper() in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            yield text
        elif name.upper().endswith("_PROXY") and "@" in text:
            user = text.rpartition("@")[0].rpartition("/")[2]
            yield from (user.partition(":")[2], unquote(user.partition(":")[2]))


def redacted(text: str) -> str:
    """``text`` without users in addresses, keys in queries, and the secrets of the settings."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, _GONE)
    if "@" in text:
        text = _USER.sub(rf"\1{_GONE}@", text)
    return _HEADER.sub(rf"\1\2{_GONE}", _OPTION.sub(rf"\1{_GONE}", text))


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
