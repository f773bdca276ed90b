"""Is every record of the topic in the lake once, and does the ledger say so? See docs/format.md."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from faults.audit.ledger import entries, ledger_faults
from faults.audit.stored import Stored
from faults.audit.topic import Logged, Place


@dataclass(frozen=True)
class Verdict:
    """``events`` are the records that had to arrive, ``declared`` those of them in a hole of a receipt."""

    events: int
    rows: int
    dead: int
    declared: int
    lost: tuple[Place, ...]
    doubled: tuple[Place, ...]
    wrong: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)


def judge(
    records: Mapping[Place, Logged],
    lake: Stored,
    *,
    complete: bool,
    repeated_ids: bool = False,
    day_key: str = "date",
) -> Verdict:
    """``records`` are all that the topic ever held; with ``complete`` none may be in flight. What lies below the first
    manifest's ``before`` is not the dataset's.

    ``repeated_ids``: the topic itself holds an event id twice. ``day_key``: what rows are partitioned by.
    """
    rows = _coordinates(lake, "data/")
    dead = _coordinates(lake, "dead_letters/")
    holes = _holes(lake)
    frontier = lake.receipt(max(lake.receipts))["frontier"] if lake.receipts else {}
    begun = lake.manifest(1)["before"] if 1 in lake.manifests else {}
    due = {
        p
        for p in records
        if p[1] >= begun.get(str(p[0]), 0) and (complete or p[1] < frontier.get(str(p[0]), 0))
    }
    stored = rows + dead
    return Verdict(
        events=len(due),
        rows=rows.total(),
        dead=dead.total(),
        declared=len(holes & due),
        lost=tuple(sorted(due - stored.keys() - holes)),
        doubled=tuple(sorted(place for place, count in stored.items() if count > 1)),
        wrong=(
            *ledger_faults(lake, complete=complete),
            *_contents(records, lake, complete=complete, repeated_ids=repeated_ids, day_key=day_key),
            *(f"{place} is stored and in a hole" for place in sorted(holes & stored.keys())),
        ),
    )


def _coordinates(lake: Stored, prefix: str) -> Counter[Place]:
    return Counter(
        (row["kafka_partition"], row["kafka_offset"])
        for key, one in lake.objects.items()
        if key.startswith(prefix)
        for row in one.rows or ()
    )


def _holes(lake: Stored) -> set[Place]:
    return {
        (hole["partition"], offset)
        for number in lake.receipts
        for hole in lake.receipt(number)["holes"]
        for offset in range(hole["start"], hole["end"])
    }


def _contents(
    records: Mapping[Place, Logged], lake: Stored, *, complete: bool, repeated_ids: bool, day_key: str
) -> Iterator[str]:
    """Each row is its record, each dead letter has its bytes, each event id is there once.

    An object in flight is judged as soon as a receipt names it, not before.
    """
    ids: Counter[str] = Counter()
    closed = {entry["key"] for entry in entries(lake)}
    for key, one in lake.objects.items():
        if one.rows is None:
            yield f"{key} can't be read"
            continue
        if not complete and key not in closed:
            continue
        partition, start, end = (int(part) for part in key.removesuffix(".parquet").rsplit("-", 3)[1:])
        for row in one.rows:
            place = row["kafka_partition"], row["kafka_offset"]
            if place[0] != partition or not start <= place[1] < end:
                yield f"{key} holds {place}"
            record = records.get(place)
            if record is None:
                yield f"{key} holds {place}, where the topic has no record"
            elif key.startswith("dead_letters/"):
                if (row["key"], row["value"]) != (record.key, record.value):
                    yield f"the dead letter of {place} is not its record"
            else:
                ids[row["id"]] += 1
                yield from _row_differs(place, row, record, key, day_key)
    if not repeated_ids:
        yield from (f"event {one} is there {count} times" for one, count in ids.items() if count > 1)


def _row_differs(
    place: Place, row: Mapping[str, Any], record: Logged, key: str, day_key: str
) -> Iterator[str]:
    value = record.value or b""
    try:
        told = json.loads(value[5:] if value[:1] == b"\0" else value)
    except ValueError:
        yield f"{place} is a row, and no JSON in the topic"
        return
    instant = row["produced_at"]
    ours = {name: row[name] for name in told if name in row} | {
        "produced_at": f"{instant:%Y-%m-%dT%H:%M:%S.%fZ}"
    }
    if ours != told:
        yield f"the row of {place} is not its record"
    if f"/{day_key}={instant:%Y-%m-%d}/" not in key:
        yield f"{place} is under another day"
