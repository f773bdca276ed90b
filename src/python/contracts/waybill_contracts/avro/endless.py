"""Records within records: no datum of a schema may have to be without end, or deeper than any that is read."""

from __future__ import annotations

from collections.abc import Iterable

from waybill_contracts.avro.nodes import RecordType, takes_no_bytes
from waybill_contracts.avro.refusing import SchemaRefused

MOST_DEPTH = 100


def check_ends(records: Iterable[RecordType]) -> None:
    """Raises ``SchemaRefused``, and notes which records take no bytes. Unions, arrays and maps may end without what is
    in them."""
    depths: dict[RecordType, int] = {}
    for one in records:
        _depth(one, depths, ())


def _depth(of: RecordType, depths: dict[RecordType, int], around: tuple[RecordType, ...]) -> int:
    if of in around:
        raise SchemaRefused((), f"each {of.name} has a {of.name} in it, without end", "types that end")
    if of not in depths:
        way = (*around, of)
        within = [one.type for one in of.fields if isinstance(one.type, RecordType)]
        is_too_deep = len(way) > MOST_DEPTH
        depth = len(way) if is_too_deep else 1 + max((_depth(one, depths, way) for one in within), default=0)
        if depth > MOST_DEPTH:
            raise SchemaRefused((), f"each {of.name} is more than {MOST_DEPTH} records deep", "flatter types")
        of.is_idle = all(takes_no_bytes(one.type) for one in of.fields)
        depths[of] = depth
    return depths[of]
