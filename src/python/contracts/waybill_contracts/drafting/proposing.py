"""``id``, ``time`` and partitions: proposed where one column is evidently meant, or as the user says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from waybill_contracts.drafting.drafted import DraftedField, DraftedStruct

TIMES = ("timestamptz", "timestamp", "date")
KAFKA_TIME = "kafka_timestamp"
NO_ID = ("boolean", "float", "double", "json", "list", "map", "struct")

TIME_NAMES = (
    *("event_time", "eventtime", "event_timestamp", "occurred_at", "time", "timestamp", "ts", "ts_ms"),
    *("created_at", "createdat", "created", "updated_at", "updatedat", "updated"),
)
ID_NAMES = ("id", "uuid", "guid", "event_id", "eventid", "message_id")


class ColumnRefused(ValueError):
    """A column that the user named can't be what he wants; ``allowed`` lists those that can."""

    def __init__(self, found: str, allowed: str) -> None:
        super().__init__(found)
        self.allowed = allowed


def chosen_time(
    root: DraftedStruct, wanted: str | None, always: Callable[[DraftedField], bool]
) -> str | None:
    """``always`` says whether every record has a value there. Raises ``ColumnRefused``."""
    times = [one for kind in TIMES for one in root.fields if one.value.family == kind]
    if wanted is not None:
        names = [one.name for one in times]
        if wanted not in (*names, KAFKA_TIME):
            raise ColumnRefused(f"{wanted} is no column with times", ", ".join((*names, KAFKA_TIME)))
        return wanted
    sure = [one.name for one in times if always(one)]
    by_name = {name.lower(): name for name in sure}
    named = next((by_name[one] for one in TIME_NAMES if one in by_name), None)
    if named is not None:
        return named
    kinds = [one.value.family for one in times if one.name in sure]
    return sure[0] if kinds.count(kinds[0] if kinds else "") == 1 else None


def chosen_id(
    root: DraftedStruct, wanted: Sequence[str], stream: str, is_id: Callable[[DraftedField], bool]
) -> tuple[str, ...]:
    """``is_id`` says whether every record has a value there, and no two the same. Raises ``ColumnRefused``."""
    fit = {one.name: one for one in root.fields if one.value.family not in NO_ID}
    for name in wanted:
        if name not in fit:
            raise ColumnRefused(f"{name} is no column that can be an id", ", ".join(fit) or "none of these")
    if wanted:
        return tuple(dict.fromkeys(wanted))
    of_stream = (
        f"{stream}_id",
        f"{stream.removesuffix('s')}_id",
        f"{stream}id",
        f"{stream.removesuffix('s')}id",
    )
    by_name = {name.lower(): name for name, one in fit.items() if is_id(one)}
    return next(((by_name[one],) for one in (*of_stream, *ID_NAMES) if one in by_name), ())


def with_id(root: DraftedStruct, names: Sequence[str]) -> DraftedStruct:
    """An id's columns are required."""
    return DraftedStruct(
        tuple(replace(one, required=True) if one.name in names else one for one in root.fields)
    )
