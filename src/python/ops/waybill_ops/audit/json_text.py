"""The audit's own reading of a record's JSON: every text gets an answer, none raises.

It keeps a stack of its own: nesting costs no recursion, and a number of any length stays the text that it is. What
pydantic takes beyond RFC 8259 (``NaN``, ``Infinity``, ``-Infinity``) is read too, since rows may stand beside it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"[ \t\n\r]*+(?:"
    r'(?P<string>"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+")'
    r"|(?P<number>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)"
    r"|(?P<word>true|false|null|NaN|-?Infinity)"
    r"|(?P<mark>[{}\[\],:])"
    r"|(?P<end>\Z))"
)


@dataclass(frozen=True)
class JsonNumber:
    """A number as it is spelled."""

    text: str


class Other:
    """A value that no column of a row has: an object, a list, true, false, NaN, an infinity."""


OTHER = Other()

JsonValue = str | JsonNumber | Other | None


class _NotJson(Exception):
    """The text is no JSON."""


def members(text: str) -> dict[str, JsonValue] | None:
    """An object's members, of a repeated name the last one; None where ``text`` is no JSON object."""
    try:
        return _Reader(text).object()
    except _NotJson:
        return None


class _Reader:
    """Reads one text from beginning to end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def object(self) -> dict[str, JsonValue] | None:
        kind, said = self._next()
        if said != "{" or kind != "mark":
            return None
        found: dict[str, JsonValue] = {}
        kind, said = self._next()
        while said != "}" or kind != "mark":
            name = self._name(kind, said)
            found[name] = self._value(*self._next())
            kind, said = self._next()
            if said == "," and kind == "mark":
                kind, said = self._next()
                if kind != "string":
                    raise _NotJson
            elif said != "}" or kind != "mark":
                raise _NotJson
        if self._next()[0] != "end":
            raise _NotJson
        return found

    def _value(self, kind: str, said: str) -> JsonValue:
        if kind == "string":
            return _unescaped(said)
        if kind == "number":
            return JsonNumber(said)
        if kind == "word":
            return None if said == "null" else OTHER
        if said in ("{", "["):
            self._skip(said)
            return OTHER
        raise _NotJson

    def _skip(self, opened: str) -> None:
        """Reads a nested value to its end, and forgets it."""
        stack, fresh = [opened], True
        while stack:
            kind, said = self._next()
            closing = "}" if stack[-1] == "{" else "]"
            if kind == "mark" and said == closing:
                stack.pop()
                fresh = False
                continue
            if not fresh:
                if kind != "mark" or said != ",":
                    raise _NotJson
                kind, said = self._next()
            if stack[-1] == "{":
                self._name(kind, said)
                kind, said = self._next()
            fresh = False
            if kind == "mark" and said in ("{", "["):
                stack.append(said)
                fresh = True
            else:
                self._value(kind, said)

    def _name(self, kind: str, said: str) -> str:
        if kind != "string" or self._next() != ("mark", ":"):
            raise _NotJson
        return _unescaped(said)

    def _next(self) -> tuple[str, str]:
        match = _TOKEN.match(self._text, self._at)
        if match is None or match.lastgroup is None:
            raise _NotJson
        self._at = match.end()
        return match.lastgroup, match[match.lastgroup]


def _unescaped(said: str) -> str:
    """A string's text; half of a surrogate pair is no text."""
    if "\\" not in said:
        return said[1:-1]
    text: str = json.loads(said)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise _NotJson
    return text
