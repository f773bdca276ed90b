"""A second reading, of text that is JSON already, which keeps the record's own spelling where a contract wants it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from waybill_contracts.scanning.strict_json import members, scan_again

_space = re.compile(r"[ \t\n\r]*").match


@dataclass(frozen=True)
class Shape:
    """Where the contract describes objects and lists: ``members`` of an object, ``each`` of a list's or map's values;
    ``whole`` is a value whose own text is kept."""

    members: dict[str, Shape | None] | None = None
    each: Shape | None = None
    is_list: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class JsonSlice:
    text: str


@dataclass(frozen=True, slots=True)
class UnknownMember:
    """A member that no field describes: its value's text and where its name begins."""

    at: int
    text: str


def read_sliced(text: str, shape: Shape) -> Any:
    return _value(text, _after_space(text, 0), shape)[0]


def _after_space(text: str, at: int) -> int:
    return _space(text, at).end() if text[at] in " \t\n\r" else at  # type: ignore[union-attr]  # it matches nothing, too


def _value(text: str, at: int, shape: Shape | None) -> tuple[Any, int]:
    if shape is None:
        return scan_again(text, at)
    if shape.whole:
        value, end = scan_again(text, at)
        return None if value is None else JsonSlice(text[at:end]), end
    if text[at] == "{" and not shape.is_list:
        return _object(text, at, shape)
    if text[at] == "[" and shape.is_list:
        return _list(text, at, shape.each)
    return scan_again(text, at)


def _object(text: str, at: int, shape: Shape) -> tuple[dict[str, Any], int]:
    known, each = shape.members, shape.each
    pairs: list[tuple[str, Any]] = []
    at = _after_space(text, at + 1)
    while text[at] != "}":
        name, end = scan_again(text, at)
        begin = _after_space(text, _after_space(text, end) + 1)
        if known is None or name in known:
            value, end = _value(text, begin, each if known is None else known[name])
        else:
            end = scan_again(text, begin)[1]
            value = UnknownMember(at, text[begin:end])
        pairs.append((name, value))
        at = _after_space(text, end)
        if text[at] == ",":
            at = _after_space(text, at + 1)
    return members(pairs), at + 1


def _list(text: str, at: int, each: Shape | None) -> tuple[list[Any], int]:
    items = []
    at = _after_space(text, at + 1)
    while text[at] != "]":
        value, end = _value(text, at, each)
        items.append(value)
        at = _after_space(text, end)
        if text[at] == ",":
            at = _after_space(text, at + 1)
    return items, at + 1
