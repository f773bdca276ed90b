"""What messages and logs say of a reply: kind and size, and nothing that may be of a person.

A body that is cut short, or that a proxy made, may begin in the middle of a user. So its text is told nowhere, but for
what can only be the API's own.
"""

from __future__ import annotations

import re
from typing import Any

_OWN_ERRORS = ("Uh oh, something has gone wrong", "Whoa, ease up there cowboy", "Cannot GET")
"""How the API's own errors begin."""

_VERSION = re.compile(r"[0-9]\.[0-9]")
_MOST = 10_000
"""The largest number that the API puts in ``info``: its last page."""

_KINDS = ((b"{", "JSON"), (b"[", "JSON"), (b"<", "HTML"))


def body_words(body: bytes) -> str:
    """``166 bytes of HTML``, and the API's own error where it begins with one."""
    begins = body[:64].lstrip()
    if not begins:
        return f"{len(body)} bytes"
    kind = next((kind for mark, kind in _KINDS if begins.startswith(mark)), "text")
    own = next((text for text in _OWN_ERRORS if text.encode() in body[:64]), None)
    return f"{len(body)} bytes of {kind}" + (f" ({own!r}, …)" if own else "")


def error_words(value: Any) -> str:
    """What stands under ``error``."""
    own = next((text for text in _OWN_ERRORS if isinstance(value, str) and value.startswith(text)), None)
    return repr(own) if own else value_words(value)


def info_words(value: Any) -> str:
    """A value of ``info``: a number or a version as the API has them there, else its type."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST:
        return str(value)
    if isinstance(value, str) and _VERSION.fullmatch(value):
        return repr(value)
    return value_words(value)


def value_words(value: Any) -> str:
    """A JSON value's type, and the length of a text."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "another number"
        case str():
            return f"a text of {len(value)} characters"
        case list():
            return "a list"
    return "an object"
