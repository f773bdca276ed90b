"""A backfill: an offset range of the log that becomes a dataset of its own. Pure decisions.

Its first manifest covers the whole range. A backfill is refused where its dataset holds anything else already, so no
offset is delivered into a dataset that might have it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from waybill_common.errors import BackfillRefused
from waybill_common.kafka import TopicState
from waybill_common.ledger.entry import Frontier
from waybill_common.ledger.manifest import Manifest
from waybill_common.ledger.position import LedgerPosition

Edge = Frontier | datetime
"""One end of an offset range: offsets by partition, or a time."""

_OFFSETS = re.compile(r"[0-9]{1,9}:[0-9]{1,19}(,[0-9]{1,9}:[0-9]{1,19})*")
_MOST_OFFSET = 2**63 - 1
_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class OffsetRange:
    """Offsets ``[begin, end)`` by partition; both have the same partitions."""

    begin: Frontier
    end: Frontier

    def __str__(self) -> str:
        return ", ".join(f"partition {p} [{start}, {self.end[p]})" for p, start in sorted(self.begin.items()))


def parse_edge(text: str) -> Edge:
    """``0:100,1:50`` or a time in ISO 8601, UTC where it names no zone. Raises ``ValueError``."""
    if _OFFSETS.fullmatch(text):
        pairs = [pair.split(":") for pair in text.split(",")]
        found = {int(partition): int(offset) for partition, offset in pairs}
        if len(found) < len(pairs):
            raise ValueError(f"{text!r} names a partition twice")
        if max(found.values()) > _MOST_OFFSET:
            raise ValueError(f"{text!r} names an offset above {_MOST_OFFSET}")
        return found
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is neither offsets, such as 0:100,1:50, nor a time") from None
    if moment < _FIRST_MOMENT:
        raise ValueError(f"{text!r} is before 1970, as no record is")
    return moment


def range_between(begin: Mapping[int, int], end: Mapping[int, int], topic: TopicState) -> OffsetRange:
    """The offset range, or ``BackfillRefused`` where the topic does not have it.

    Partitions without an offset in it are left out. The delivery refuses offsets that retention took.
    """
    if set(begin) != set(end):
        raise _refused(f"--from names the partitions {sorted(begin)}, --to {sorted(end)}")
    for partition, start in sorted(begin.items()):
        last = topic.log_ends.get(partition)
        if last is None:
            raise _refused(f"{topic.name} has no partition {partition}")
        if not start <= end[partition] <= last:
            span = f"[{start}, {end[partition]})"
            raise _refused(
                f"{span} is no offset range of {topic.name} partition {partition}, which ends at {last}"
            )
    moved = {p for p, start in begin.items() if start < end[p]}
    if not moved:
        raise _refused(f"There is no offset of {topic.name} between --from and --to")
    return OffsetRange({p: begin[p] for p in sorted(moved)}, {p: end[p] for p in sorted(moved)})


def check_may_backfill(
    offset_range: OffsetRange, position: LedgerPosition, first: Manifest | None, address: str
) -> None:
    """The dataset is empty, or this very backfill began it; raises ``BackfillRefused``.

    ``first`` is the dataset's first manifest, open or closed, if there is one.
    """
    if first is None and position.number == 0:
        return
    began = None if first is None else _range_of(first)
    if began == offset_range:
        return
    frontier = ", ".join(f"partition {p} at {o}" for p, o in sorted(position.frontier.items()))
    raise BackfillRefused(
        f"{address} already holds a dataset, which began with {_shown(began)} and whose "
        f"frontier is {frontier or 'still where it began'}; this backfill is of {offset_range}.",
        allowed="a lake without a dataset, or the one that this very backfill began. What a receipt covers is final: "
        "rows, dead letters, and declared lost ranges, which Kafka can't fill again under their offsets.",
        remedy="name another lake.url, and read both datasets. Lost records that are found again can be produced "
        "to the topic, where they arrive under new offsets.",
    )


def _shown(began: OffsetRange | None) -> str:
    if began is None:
        return "a manifest that is gone"
    return str(began) if began.begin else "a commit that moved nothing"


def _range_of(manifest: Manifest) -> OffsetRange:
    moved = sorted(p for p, end in manifest.after.items() if manifest.before.get(p, 0) < end)
    return OffsetRange({p: manifest.before.get(p, 0) for p in moved}, {p: manifest.after[p] for p in moved})


def _refused(found: str) -> BackfillRefused:
    return BackfillRefused(
        f"{found}.",
        allowed="--from and --to as offsets of the same partitions, or as times, with records between them.",
        remedy="correct them; nothing was written.",
    )
