"""What a sample may be instead of a record of the stream."""

from __future__ import annotations

import json
from collections.abc import Iterator

from waybill_contracts.drafting.evidence import PlaceSeen
from waybill_contracts.drafting.guessing import shown_path

DEBEZIUM = frozenset(("after", "before", "op"))
ROWS = 2
"""From so many objects in one list on, they may be the records."""


def hints_of(root: PlaceSeen) -> Iterator[str]:
    members = root.objects.members if root.objects else {}
    if "$schema" in members or ({"type", "properties"} <= {*members} and root.count == 1):
        yield "This looks like a JSON Schema: `--json-schema` makes a document of what it describes."
    if {*DEBEZIUM} <= {*members}:
        yield "These are changes as Debezium tells them: before and after stay apart, in a column each."
    if root.count == 1:
        for one in _lists(root, 3):
            yield (
                f"There is one record, with a list of objects at {shown_path(one.path)}. If these are the records, "
                f"take them out first: jq -c '{_jq(one)}[]'."
            )


def _lists(place: PlaceSeen, deep: int) -> Iterator[PlaceSeen]:
    lists = place.lists
    if (
        lists
        and lists.item.objects
        and lists.item.objects.count >= ROWS
        and {*lists.item.tokens} == {"object"}
    ):
        yield place
    elif place.objects and deep:
        for one in place.objects.members.values():
            yield from _lists(one, deep - 1)


def _jq(place: PlaceSeen) -> str:
    found = "".join(f".{one}" if (one or "").isidentifier() else f"[{json.dumps(one)}]" for one in place.path)
    return found if found.startswith(".") else f".{found}"
