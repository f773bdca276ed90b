"""Which objects have keys that are data: maps, and no structs."""

from __future__ import annotations

import re

from waybill_contracts.drafting.evidence import EACH, ObjectsSeen, Path, PlaceSeen
from waybill_contracts.drafting.name_hints import has_labels

MANY_KEYS = 16
VERY_MANY_KEYS = 200
HOW_FULL = 0.5
"""Of all the keys, an object of a map has fewer than this part."""

_A_VALUE = re.compile(
    r"[0-9]+|[0-9a-fA-F]{16,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9]{4}-[0-9]{2}.*"
    r"|[^@\s]+@[^@\s]+\.[^@\s]+|.*[/\s].*",
    re.DOTALL,
).fullmatch


def new_maps(root: PlaceSeen) -> set[Path]:
    """The outermost ones that were seen as structs so far; the record itself is always a struct."""
    found: set[Path] = set()
    for one in root.objects.members.values() if root.objects else ():
        _look(one, found)
    return found


def _look(place: PlaceSeen, found: set[Path]) -> None:
    if place.lists:
        _look(place.lists.item, found)
    if place.objects is None:
        return
    if place.objects.each is not None:
        _look(place.objects.each, found)
    elif _is_map(place.path, place.objects):
        found.add(place.path)
    else:
        for one in place.objects.members.values():
            _look(one, found)


def _is_map(path: Path, seen: ObjectsSeen) -> bool:
    if not seen.members:
        return False
    kinds = {kind for one in seen.members.values() for kind in one.tokens}
    if len(kinds) > 1:
        return len(seen.members) >= VERY_MANY_KEYS and _is_sparse(seen)
    if all(map(_A_VALUE, seen.members)):
        return True
    name = next((one for one in reversed(path) if one is not EACH), "")
    if has_labels(name or "") and kinds <= {"text"}:
        return True
    return len(seen.members) >= MANY_KEYS and _is_sparse(seen)


def _is_sparse(seen: ObjectsSeen) -> bool:
    return seen.count > 1 and seen.total < HOW_FULL * seen.count * len(seen.members)
