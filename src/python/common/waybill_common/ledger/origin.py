"""Where a dataset begins: what ``start`` comes to on a topic as it is, and whether a dataset began otherwise. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from waybill_common.errors import SettingsRefused
from waybill_common.kafka import TopicState
from waybill_common.ledger.entry import Frontier
from waybill_common.ledger.manifest import Manifest
from waybill_common.stream_start import Start

_LONGEST = 200


def origin_of(start: Start, topic: TopicState, at: Mapping[int, int]) -> Frontier:
    """The first offset of each partition; ``at`` are those of ``start``, where that is a time.

    Raises ``SettingsRefused`` for a table that leaves a partition out, or names an offset that no record has yet.
    """
    if isinstance(start, datetime):
        return {p: at[p] for p in topic.log_ends}
    if not isinstance(start, dict):
        return dict(topic.log_starts if start == "earliest" else topic.log_ends)
    if set(start) != set(topic.log_ends):
        raise _refused(
            f"stream.start names the partitions {_listed(start)}, {topic.name} has {_listed(topic.log_ends)}",
            "an offset for each of the topic's partitions.",
        )
    for partition, offset in sorted(start.items()):
        if offset > topic.log_ends[partition]:
            raise _refused(
                f"stream.start names offset {offset} of partition {partition}, and {topic.name} ends at "
                f"{topic.log_ends[partition]} there",
                "offsets up to the end of each partition; 'latest' for the ends themselves.",
            )
    return dict(start)


def begun_otherwise(
    start: Start, first: Manifest, topic: TopicState, at: Mapping[int, int]
) -> tuple[int, ...]:
    """Partitions that ``start`` would have had begin elsewhere than the first manifest does, as far as a later look at
    the topic tells: retention only takes from its front, and new records only come to its end.
    """
    begun, moved = first.before, {p for p, end in first.after.items() if first.before.get(p, 0) < end}
    if isinstance(start, dict):
        found = {p for p in {*begun, *start} if start.get(p, 0) != begun.get(p, 0)}
    elif isinstance(start, datetime):
        found = {p for p, offset in begun.items() if at.get(p, offset) < offset}
        found |= {p for p in moved if at.get(p, 0) > max(begun.get(p, 0), topic.log_starts.get(p, 0))}
    elif start == "earliest":
        found = {p for p, offset in begun.items() if topic.log_starts.get(p, offset) < offset}
    else:
        found = moved
    return tuple(sorted(found))


def shown_start(start: Start) -> str:
    """For a message."""
    if isinstance(start, datetime):
        return start.isoformat()
    return shown_offsets(start) if isinstance(start, dict) else start


def shown_offsets(offsets: Mapping[int, int]) -> str:
    """``0:1200, 1:800``, or as much of it as a line takes."""
    text = ", ".join(f"{partition}:{offset}" for partition, offset in sorted(offsets.items()))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _listed(partitions: Mapping[int, int]) -> str:
    text = ", ".join(map(str, sorted(partitions)))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _refused(found: str, allowed: str) -> SettingsRefused:
    return SettingsRefused(f"{found}.", allowed=allowed, remedy="correct stream.start; nothing was written.")
