"""The canonical form: sorted members, no white space, whole numbers only, strings escaped as RFC 8785 does."""

from __future__ import annotations

import json
import re

MOST_WHOLE = 2**53 - 1

_ESCAPED = re.compile(r'[\x00-\x1f"\\]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def quoted(text: str) -> str:
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}"


def canonical_text(value: object) -> str:
    """The one spelling of a document's value. Raises ``TypeError`` for what no document holds."""
    if isinstance(value, str):
        return quoted(value)
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(map(canonical_text, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{quoted(name)}:{canonical_text(value[name])}' for name in sorted(value))}}}"
    raise TypeError(f"no document holds a {type(value).__name__}")


def canonical_bytes(value: object) -> bytes:
    return canonical_text(value).encode()
