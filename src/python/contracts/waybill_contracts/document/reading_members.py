"""One member of a document at a time, with its place for whoever has to correct it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from waybill_contracts.document.canonical_form import MOST_WHOLE
from waybill_contracts.document.refusal import refuse, refuse_word, shown

MemberPlace = tuple[str, ...]


def an_object(
    place: MemberPlace, value: Any, *, always: Iterable[str], maybe: Iterable[str] = ()
) -> dict[str, Any]:
    """An object with these members and no other one."""
    always = tuple(always)
    known = {*always, *maybe}
    if not isinstance(value, dict):
        raise refuse(place, f"{shown(value)} is no object", "an object")
    for name in value:
        if name not in known:
            raise refuse_word((*place, name), "the member", name, known)
    for name in always:
        if name not in value:
            raise refuse((*place, name), "it is missing", f"the members {', '.join(always)}")
    return value


def a_text(place: MemberPlace, value: Any) -> str:
    if not isinstance(value, str):
        raise refuse(place, f"{shown(value)} is no text", "a text")
    return value


def a_whole_number(place: MemberPlace, value: Any, least: int, most: int = MOST_WHOLE) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise refuse(place, f"{shown(value)} is out of range", f"a whole number from {least} to {most}")
    return value


def a_truth(place: MemberPlace, value: Any) -> bool:
    if not isinstance(value, bool):
        raise refuse(place, f"{shown(value)} is neither true nor false", "true or false")
    return value


def a_word(place: MemberPlace, value: Any, kind: str, known: Iterable[str]) -> str:
    known = tuple(known)
    if not isinstance(value, str) or value not in known:
        raise refuse_word(place, kind, value, known)
    return value


def a_list(place: MemberPlace, value: Any, *, may_be_empty: bool = False) -> list[Any]:
    if not isinstance(value, list) or (not value and not may_be_empty):
        raise refuse(
            place, f"{shown(value)} is no list with something in it", "a list, left out where it is empty"
        )
    return value


def different_texts(place: MemberPlace, value: Any) -> list[str]:
    found = [a_text((*place, str(at)), one) for at, one in enumerate(a_list(place, value))]
    if len(set(found)) < len(found):
        raise refuse(place, "a text stands there twice", "different texts")
    return found
