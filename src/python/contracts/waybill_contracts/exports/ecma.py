"""A pattern in ECMA's spelling, as JSON Schema wants it: with its ``u`` flag, ``\\&`` and ``\\~`` are errors.

The spelling is made from the parsed pattern, so nothing of the document's own is left but its meaning.
"""

from __future__ import annotations

from waybill_contracts.document import (
    Branches,
    OneOf,
    PatternNode,
    Ranges,
    Repeat,
    TextEnd,
    inverted,
    parse_pattern,
)

_LAST = 0x10FFFF
_OUTSIDE = frozenset("^$\\.*+?()[]{}|/")
_INSIDE = frozenset("^\\[]-/")
_ANY = "[\\s\\S]"


def ecma_pattern(pattern: str) -> str:
    return _spelled(parse_pattern(pattern))


def _spelled(node: PatternNode) -> str:
    match node:
        case OneOf(ranges):
            return _characters(ranges)
        case TextEnd(at_start):
            return "^" if at_start else "$"
        case Branches(parts):
            return f"(?:{'|'.join(map(_spelled, parts))})"
        case Repeat():
            return f"{_repeated(node.part)}{_count(node)}"
    return "".join(map(_spelled, node.parts))


def _repeated(part: PatternNode) -> str:
    text = _spelled(part)
    return text if isinstance(part, OneOf | Branches) else f"(?:{text})"


def _count(node: Repeat) -> str:
    match node.least, node.most:
        case 0, None:
            return "*"
        case 1, None:
            return "+"
        case 0, 1:
            return "?"
        case least, None:
            return f"{{{least},}}"
    return f"{{{node.least}}}" if node.least == node.most else f"{{{node.least},{node.most}}}"


def _characters(ranges: Ranges) -> str:
    if ranges == ((0, _LAST),):
        return _ANY
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return _one(ranges[0][0], _OUTSIDE)
    if ranges[-1][1] == _LAST:  # without what it leaves out: surrogates, which no text has, are never spelled
        return f"[^{_members(inverted(ranges))}]"
    return f"[{_members(ranges)}]"


def _members(ranges: Ranges) -> str:
    return "".join(
        _one(low, _INSIDE) if low == high else f"{_one(low, _INSIDE)}-{_one(high, _INSIDE)}"
        for low, high in ranges
    )


def _one(code: int, escaped: frozenset[str]) -> str:
    character = chr(code)
    if character in escaped:
        return f"\\{character}"
    is_plain = character.isprintable() or code > 0xFFFF
    return character if is_plain else f"\\u{code:04X}"
