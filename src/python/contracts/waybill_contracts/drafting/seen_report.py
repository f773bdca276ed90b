"""What was seen, for programs and for whoever wants to know why. No value of a text stands in it, and no map's key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from waybill_contracts.document import ContractDocument, DescribedValue, ListOf, MapOf, StructOf
from waybill_contracts.drafting.evidence import PlaceSeen
from waybill_contracts.drafting.guessing import shown_path
from waybill_contracts.drafting.samples import SampleRecord

MOST_NAMED = 100
"""Dead records that are named; all are counted."""

_LONGEST_NUMBER = 60


def seen_of(
    document: ContractDocument,
    records: Sequence[SampleRecord],
    seen: PlaceSeen | None,
    dead: Sequence[tuple[str, str, str]],
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "records": len(records),
        "rows": len(records) - len(dead),
        "dead": len(dead),
        "dead_records": [
            {"record": where, "reason": reason, "detail": detail}
            for where, reason, detail in dead[:MOST_NAMED]
        ],
        "without_value": sum(one.record.value is None for one in records),
        "with_key": sum(one.record.key is not None for one in records),
        "with_headers": sum(bool(one.record.headers) for one in records),
    }
    if seen is not None:
        found["fields"] = [*_fields(document.root, seen, seen.count)]
    return found


def _fields(struct: StructOf, around: PlaceSeen, objects: int) -> Iterator[dict[str, Any]]:
    for one in struct.fields:
        seen: PlaceSeen | None = around
        for token in one.place:
            seen = seen and seen.inside(token)
        if seen is not None:
            yield from _value(one, seen, objects - seen.count)


def _value(of: DescribedValue, seen: PlaceSeen, absent: int) -> Iterator[dict[str, Any]]:
    yield {
        "place": shown_path(seen.path),
        "column": of.name,
        "type": of.type.spelling if of.type.family == "decimal" else of.type.family,
        **({"wire": of.wire} if of.wire else {}),
        "absent": absent,
        "null": seen.nulls,
        **seen.tokens,
        **_of_numbers(seen),
        **_of_texts(of, seen),
        **_sizes(seen),
    }
    match of.type:
        case StructOf() if seen.objects:
            yield from _fields(of.type, seen, seen.objects.count)
        case ListOf(item) if seen.lists:
            yield from _value(item, seen.lists.item, 0)
        case MapOf(value=value) if seen.objects and seen.objects.each:
            yield from _value(value, seen.objects.each, 0)


def _of_numbers(seen: PlaceSeen) -> dict[str, Any]:
    numbers = seen.numbers
    if numbers is None:
        return {}
    ends = {"least": numbers.least, "most": numbers.most}
    found: dict[str, Any] = {name: _short(one) for name, one in ends.items() if one is not None}
    found["digits_after_point"] = numbers.scale
    return found | ({"beyond_micros": True} if numbers.epoch and numbers.beyond_micros else {})


def _short(number: Decimal) -> str:
    text = str(number)
    return text if len(text) <= _LONGEST_NUMBER else f"{number:.6E}"


def _of_texts(of: DescribedValue, seen: PlaceSeen) -> dict[str, Any]:
    texts = seen.texts
    if texts is None:
        return {}
    found: dict[str, Any] = {"shortest": texts.shortest, "longest": texts.longest}
    if of.type.family in ("date", "timestamp", "timestamptz") and texts.span:
        found["first"], found["last"] = texts.span
    if of.type.family in ("timestamp", "timestamptz") and texts.beyond_micros:
        found["beyond_micros"] = True
    return found


def _sizes(seen: PlaceSeen) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if seen.lists:
        found |= {"fewest_items": seen.lists.least, "most_items": seen.lists.most}
    if seen.objects and seen.objects.is_map:
        found |= {"fewest_keys": seen.objects.least, "most_keys": seen.objects.most}
    return found
