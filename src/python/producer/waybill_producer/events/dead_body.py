"""What a dead letter keeps of a user that broke the contract.

A user is a person's data, and the API sends more of it than the contract has: passwords and their hashes, the postcode
in clear. None of that is stored because something else was wrong. The same user always gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from waybill_common.contract import Contract
from waybill_producer.events.partial_fields import SOURCES, Path, valid_fields
from waybill_producer.events.pseudonym import PseudonymKey
from waybill_producer.source import RawUser

MOST_MEMBERS = 50
"""Members that are described; the API sends fewer."""

LONGEST_NAME = 32

_PLAIN = re.compile(r"[a-z]+(?:[A-Z][a-z]+|[_-][a-z]+)*[0-9]{0,3}")
"""A name as APIs give it, such as ``postCode``, ``street_name``, ``sha256``. Names come from outside as well: what is
no such name may be anything, a postcode or a hash too. Nor is one told that is a text somewhere in the user."""

_OPENED = frozenset(
    path[:end] for source in SOURCES.values() for path in source.members for end in range(len(path))
)
"""Objects whose members are described one by one; of any other object it is told how many it has."""

_KNOWN = _OPENED | {path for source in SOURCES.values() for path in source.members}

_encode = msgspec.json.Encoder().encode


class Described(msgspec.Struct, frozen=True, omit_defaults=True):
    """A member's path, JSON type and length, and no value.

    ``length``: characters of a text or a number, elements of a list, members of an object. Where the member's own name
    is not told, ``name`` ends in ``?`` and ``name_length`` has its characters.
    """

    name: str
    type: str
    length: int | None = None
    name_length: int | None = None


class MaskedBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """``fields`` has the contract's fields that are valid, ``members`` all that they were not made of; ``more`` counts
    those that are not described. The path of a user that is no object is empty."""

    fields: dict[str, Any]
    members: list[Described]
    more: int = 0


@dataclass(frozen=True)
class DeadBodies:
    """Makes the bodies. ``whole`` keeps what the API sent, as it came."""

    contract: Contract
    key: PseudonymKey
    whole: bool = False

    @property
    def kind(self) -> str:
        """What a letter's header ``body`` says of it."""
        return "whole" if self.whole else "masked"

    def of(self, user: RawUser) -> bytes:
        if self.whole:
            return user.raw
        fields = valid_fields(user.value, self.contract, self.key)
        used = {path for name in fields for path in SOURCES[name].members}
        listed, more = list[Described](), 0
        for described in _described(user.value, (), used, set(_texts(user.value))):
            if len(listed) < MOST_MEMBERS:
                listed.append(described)
            else:
                more += 1
        return _encode(MaskedBody(fields, listed, more))


def _described(value: Any, path: Path, used: set[Path], texts: set[str]) -> Iterator[Described]:
    """``texts``: what no name may give away."""
    if path in used:
        return
    if isinstance(value, dict) and path in _OPENED:
        for name, inner in value.items():
            yield from _described(inner, (*path, name), used, texts)
        return
    kind, length = _type_and_length(value)
    if path in _KNOWN or (_is_plain(path[-1]) and path[-1].lower() not in texts):
        yield Described(".".join(path), kind, length)
    else:
        yield Described(".".join((*path[:-1], "?")), kind, length, len(path[-1]))


def _is_plain(name: str) -> bool:
    return len(name) <= LONGEST_NAME and _PLAIN.fullmatch(name) is not None


def _texts(value: Any) -> Iterator[str]:
    """Every text in it, however deep, in lower case."""
    left = [value]
    while left:
        match left.pop():
            case str() as text:
                yield text.lower()
            case list() as items:
                left.extend(items)
            case dict() as members:
                left.extend(members.values())


def _type_and_length(value: Any) -> tuple[str, int | None]:
    match value:
        case None:
            return "null", None
        case bool():
            return "boolean", None
        case int() | float():
            return "number", len(repr(value))
        case str():
            return "string", len(value)
        case list():
            return "array", len(value)
    return "object", len(value)
