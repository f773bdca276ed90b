"""JSON as nodes that know where they stand in the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

_MARK = r"[ \t\n\r]*(?:([\[\]{}:,])"
# There is one way alone to match a text, so no search goes back, and none has to remember how.
_ESCAPED = r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})'
_TEXT = rf'|"([^"\\\x00-\x1f]*+(?:{_ESCAPED}[^"\\\x00-\x1f]*+)*+)"'
_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_WORD = r"|(true|false|null))"
_TOKEN = re.compile(f"{_MARK}{_TEXT}|({_NUMBER}){_WORD}")
_OLD_TOKEN = re.compile(f"{_MARK}{_TEXT}|({_NUMBER}|NaN|-?Infinity){_WORD}")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_MOST_OPEN = 100
_PLAIN = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Malformed(ValueError):
    """No JSON."""


@dataclass
class JsonNode:
    """``kind`` is object, list, string, number, true, false or null; ``text`` a string's or a number's. Of an object's
    names ``twice`` are those that are repeated, ``last`` has the last value of each."""

    kind: str
    start: int
    end: int = 0
    text: str = ""
    items: Sequence[JsonNode] = ()
    members: Sequence[tuple[str, int, JsonNode]] = ()

    @cached_property
    def twice(self) -> set[str]:
        counts = Counter(name for name, _, _ in self.members)
        return {name for name, count in counts.items() if count > 1}

    @cached_property
    def last(self) -> dict[str, JsonNode]:
        return {name: node for name, _, node in self.members}


def read_nodes(text: str, *, is_old: bool = False) -> JsonNode:
    """``is_old``: NaN and Infinity are numbers, as they were to 0.1.0."""
    tokens = _tokens(text, _OLD_TOKEN if is_old else _TOKEN)
    root = _value(next(tokens), tokens)
    if next(tokens)[0] != "end":
        raise Malformed
    return root


def _tokens(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, str, int, int]]:
    at = 0
    while found := pattern.match(text, at):
        kind = ("mark", "string", "number", "word")[found.lastindex - 1] if found.lastindex else ""
        start = found.start(found.lastindex or 0) - (kind == "string")
        yield kind, found[found.lastindex or 0], start, found.end()
        at = found.end()
    if text[at:].strip(" \t\n\r"):
        raise Malformed
    while True:
        yield "end", "", len(text), len(text)


def _value(token: tuple[str, str, int, int], tokens: Iterator[tuple[str, str, int, int]]) -> JsonNode:
    kind, text, start, end = token
    if kind == "string":
        return JsonNode("string", start, end, _unescaped(text))
    if kind == "number":
        return JsonNode("number", start, end, text)
    if kind == "word":
        return JsonNode(text, start, end)
    if kind != "mark" or text not in "[{":
        raise Malformed
    return _list(start, tokens) if text == "[" else _object(start, tokens)


def _list(start: int, tokens: Iterator[tuple[str, str, int, int]]) -> JsonNode:
    items: list[JsonNode] = []
    token = next(tokens)
    while token[:2] != ("mark", "]"):
        if items:
            token = _after_comma(token, tokens)
        items.append(_value(token, tokens))
        token = next(tokens)
    return JsonNode("list", start, token[3], items=items or ())


def _object(start: int, tokens: Iterator[tuple[str, str, int, int]]) -> JsonNode:
    members: list[tuple[str, int, JsonNode]] = []
    token = next(tokens)
    while token[:2] != ("mark", "}"):
        if members:
            token = _after_comma(token, tokens)
        if token[0] != "string" or next(tokens)[:2] != ("mark", ":"):
            raise Malformed
        members.append((_unescaped(token[1]), token[2], _value(next(tokens), tokens)))
        token = next(tokens)
    return JsonNode("object", start, token[3], members=members or ())


def _after_comma(
    token: tuple[str, str, int, int], tokens: Iterator[tuple[str, str, int, int]]
) -> tuple[str, str, int, int]:
    if token[:2] != ("mark", ","):
        raise Malformed
    return next(tokens)


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    parts = _ESCAPE.sub(
        lambda one: chr(int(one[1][1:], 16)) if one[1][0] == "u" else _PLAIN.get(one[1], one[1]), text
    )
    try:
        # Pairs of halves become one character; a half alone can't be encoded.
        return parts.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise Malformed from None


def old_depth(node: JsonNode) -> int:
    """0.1.0 counted the brackets that hold something."""
    inner = [*node.items, *(one for _, _, one in node.members)]
    return 1 + max(map(old_depth, inner)) if inner else 0


def longest_whole(node: JsonNode) -> int:
    """Digits before the point of the longest number."""
    own = len(re.match("-?([0-9]*)", node.text)[1]) if node.kind == "number" else 0  # type: ignore[index]
    inner = [*node.items, *(one for _, _, one in node.members)]
    return max([own, *map(longest_whole, inner)])


def is_too_deep(text: str) -> bool:
    """Whether more than 100 brackets are open at once."""
    return text.count("[") + text.count("{") > _MOST_OPEN and deepest(text) > _MOST_OPEN


def deepest(text: str) -> int:
    """How many brackets are open at once, by a scan that knows only strings and brackets."""
    opened = most = 0
    inside = escaped = False
    for one in text:
        if inside:
            inside = escaped or one != '"'
            escaped = not escaped and one == "\\"
        elif one == '"':
            inside = True
        elif one in "[{":
            opened += 1
            most = max(most, opened)
        elif one in "]}":
            opened = max(0, opened - 1)
    return most
