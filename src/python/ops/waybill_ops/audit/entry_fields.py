"""Fields of an entry's JSON, each read with its type. Anything else raises ``UnreadableField``, never another error."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

MOST = 2**63 - 1
"""Kafka's largest offset, and the largest count of anything."""

_BYTES_OF_A_VALUE = 8
"""Any value of an entry has more, with its name."""

_PARTITIONS = 2**31 - 1
_HEX = re.compile(r"[0-9a-f]{64}")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_DIGITS = re.compile(r"0|[1-9][0-9]{0,9}")


class UnreadableField(Exception):
    """The entry is of no format known here; the message says why."""


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object in ``body``; in memory it is a few times as large, since texts without words are refused."""
    if body.count(b",") + body.count(b"[") + body.count(b"{") > len(body) // _BYTES_OF_A_VALUE + 64:
        raise UnreadableField("it has more values than an entry of its length")
    try:
        fields = json.loads(body.decode(), parse_constant=_refused, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise UnreadableField(f"it is not JSON: {error}"[:300]) from error
    if not isinstance(fields, dict):
        raise UnreadableField("it is no JSON object")
    if _SURROGATE.search(body) and _has_half_a_pair(fields):
        raise UnreadableField("it is not JSON: half of a surrogate pair is no text")
    return fields


def closed(fields: Any, names: str) -> dict[str, Any]:
    """``fields`` is an object of exactly these names."""
    if not isinstance(fields, dict):
        raise UnreadableField(f"{shown(fields)} stands where an object belongs")
    off = sorted(set(names.split()) ^ set(fields))
    if off:
        raise UnreadableField(f"fields missing or unknown: {', '.join(off)[:200]}")
    return fields


def object_of(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    return typed(fields, name, dict)  # type: ignore[no-any-return]  # checked there


def list_of(fields: Mapping[str, Any], name: str) -> list[Any]:
    return typed(fields, name, list)  # type: ignore[no-any-return]  # checked there


def text(fields: Mapping[str, Any], name: str) -> str:
    return typed(fields, name, str)  # type: ignore[no-any-return]  # checked there


def flag(fields: Mapping[str, Any], name: str) -> bool:
    return typed(fields, name, bool)  # type: ignore[no-any-return]  # checked there


def typed(fields: Mapping[str, Any], name: str, kind: type) -> Any:
    if not isinstance(fields[name], kind):
        raise UnreadableField(f"{name} is {shown(fields[name])}")
    return fields[name]


def whole(fields: Mapping[str, Any], name: str) -> int:
    """Any whole number that 64 bits hold."""
    value = fields[name]
    if type(value) is not int or not -MOST - 1 <= value <= MOST:
        raise UnreadableField(f"{name} is {shown(value)}, not a whole number of 64 bits")
    return value


def count(fields: Mapping[str, Any], name: str) -> int:
    value = fields[name]
    if type(value) is not int or not 0 <= value <= MOST:
        raise UnreadableField(f"{name} is {shown(value)}, not a count")
    return value


def partition(fields: Mapping[str, Any]) -> int:
    value = count(fields, "partition")
    if value > _PARTITIONS:
        raise UnreadableField(f"partition is {value}, which Kafka can't have")
    return value


def positive(fields: Mapping[str, Any], name: str) -> int:
    value = count(fields, name)
    if not value:
        raise UnreadableField(f"{name} is 0")
    return value


def sha256(fields: Mapping[str, Any], name: str) -> str:
    return matching(fields, name, _HEX, "a sha256")


def matching(fields: Mapping[str, Any], name: str, pattern: re.Pattern[str], what: str) -> str:
    """A text of a pattern; ``what`` it is, with its article."""
    if not isinstance(fields[name], str) or not pattern.fullmatch(fields[name]):
        raise UnreadableField(f"{name} is {shown(fields[name])}, not {what}")
    return str(fields[name])


def frontier(fields: Mapping[str, Any], name: str) -> Mapping[int, int]:
    """Offsets by partition."""
    found = object_of(fields, name)
    for key in found:
        if not _DIGITS.fullmatch(key) or int(key) > _PARTITIONS:
            raise UnreadableField(f"{name} names partition {shown(key)}")
    return {int(key): count(found, key) for key in found}


def shown(value: object) -> str:
    """A value in a message. Numbers of thousands of digits have no text in Python."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > MOST:
        return "a number beyond 64 bits"
    return repr(value)[:80] if isinstance(value, int | float | str | None) else f"a {type(value).__name__}"


def _has_half_a_pair(fields: dict[str, Any]) -> bool:
    try:
        json.dumps(fields, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return True
    return False


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers differ on which of two fields with one name counts."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a field stands twice in an object")
    return fields


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")
