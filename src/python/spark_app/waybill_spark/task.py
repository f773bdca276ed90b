"""One task: consume a split, decode it, store its objects, report what stands."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow.compute as pc
from confluent_kafka import Message

from waybill_common.contract import Contract
from waybill_common.kafka.clients import Reader
from waybill_common.lake import Lake
from waybill_common.ledger import Hole
from waybill_common.ledger import Manifest
from waybill_common.ledger import Split
from waybill_common.ledger import SplitReport
from waybill_common.ledger import holes_of
from waybill_common.ledger.decide import data_loss
from waybill_common.ledger.keys import DATA
from waybill_common.ledger.keys import data_key
from waybill_common.ledger.keys import dead_letter_key
from waybill_common.ledger.keys import split_name
from waybill_common.settings import KafkaSettings
from waybill_spark.events import Block
from waybill_spark.events import Decoder
from waybill_spark.events import read_split
from waybill_spark.events.consume import first_readable
from waybill_spark.events.consume import log_start
from waybill_spark.objects import Stored
from waybill_spark.objects import adopt
from waybill_spark.objects import dead_letter_table
from waybill_spark.objects import place
from waybill_spark.objects import tables_by_date

BLOCK = 20_000


@dataclass(frozen=True)
class Errand:
    """Everything that a task needs besides its split; it is pickled to the executors."""

    manifest: Manifest
    contract: Contract
    kafka: KafkaSettings
    lake: Lake
    accept_loss: bool


def deliver_split(errand: Errand, split: Split, consumer: Reader, decoder: Decoder) -> SplitReport:
    """Deliver one split and report it as stored. Safe to run any number of times, also at the same time."""
    manifest, kafka = errand.manifest, errand.kafka
    start = first_readable(consumer, kafka, manifest.topic, split, accept_loss=errand.accept_loss)
    with _collector_resting():
        records = read_split(consumer, kafka, manifest.topic, split, start, BLOCK)
        blocks = list(transform_streaming_data(records, split.partition, decoder))
    gone = lost_below(errand, split, blocks, log_start(consumer, kafka, manifest.topic, split.partition))
    return store_split(errand, split, blocks, gone)


def store_split(errand: Errand, split: Split, blocks: Sequence[Block], gone: int) -> SplitReport:
    """Store the split's objects and report what stands. Offsets below ``gone`` may have been lost to retention."""
    manifest, lake = errand.manifest, errand.lake
    names = (manifest.topic, split.partition, split.start, split.end)
    hole = range(split.start, gone)
    data = [
        place(lake, data_key(*names, date), table, manifest.layout, hole=hole)
        for date, table in tables_by_date(blocks, errand.contract.time_field).items()
    ]
    letters = dead_letter_table(split.partition, blocks)
    dead = (
        place(lake, dead_letter_key(*names), letters, manifest.layout, hole=hole)
        if letters.num_rows
        else None
    )
    if gone > split.start:
        data += _left_by_others(lake, split_name(*names), {one.entry.key for one in data})
        dead = dead or adopt(lake, dead_letter_key(*names))
    return _report(split, data, dead, hole)


def transform_streaming_data(
    blocks: Iterable[list[Message]], partition: int, decoder: Decoder
) -> Iterator[Block]:
    """Raw records to typed rows and dead letters, block by block."""
    for records in blocks:
        yield decoder.decode(partition, records)


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Messages come by the ten thousand and hold no cycles: to look for some takes an eighth of a split's CPU time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def lost_below(errand: Errand, split: Split, blocks: list[Block], low: int) -> int:
    """The end of what retention took from this split; its start where nothing is missing.

    An offset without a record is a transaction marker, unless the log start has passed it: then nobody can tell.
    """
    edge = min(low, split.end)
    if edge <= split.start:
        return split.start
    seen = sum(
        (pc.sum(pc.less(block.rows["kafka_offset"], edge)).as_py() or 0)
        + sum(letter.record.offset < edge for letter in block.dead)
        for block in blocks
    )
    if seen == edge - split.start:
        return split.start
    if not errand.accept_loss:
        hole = Hole(partition=split.partition, start=split.start, end=edge)
        raise data_loss(errand.manifest.topic, (hole,))
    return edge


def _left_by_others(lake: Lake, name: str, known: set[str]) -> list[Stored]:
    """Objects of this split that somebody stored before retention took the records; they stand, so they count."""
    found = [key for key in lake.keys(DATA) if key.endswith(f"/{name}") and key not in known]
    adopted = (adopt(lake, key) for key in sorted(found))
    return [one for one in adopted if one is not None]


def _report(split: Split, data: list[Stored], dead: Stored | None, hole: range) -> SplitReport:
    """Loss is what nobody stored of the hole, so that a receipt never declares lost what arrived."""
    stored = [*data, *([dead] if dead else [])]
    kept = {offset for one in stored for offset in one.offsets.to_pylist()} if hole else set()
    holes = holes_of(split.partition, (offset for offset in hole if offset not in kept))
    rows = sum(one.entry.rows for one in data)
    letters = dead.entry.rows if dead else 0
    lost = sum(one.length for one in holes)
    reasons = dead.reasons if dead else Counter[str]()
    return SplitReport(
        partition=split.partition,
        start=split.start,
        end=split.end,
        rows=rows,
        dead=letters,
        empty=split.length - rows - letters - lost,
        lost=lost,
        holes=holes,
        reasons=dict(sorted(reasons.items())),
        data=tuple(one.entry for one in data),
        dead_letters=dead.entry if dead else None,
    )
