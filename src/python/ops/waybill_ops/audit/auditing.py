"""The audit in its order: receipts, objects, Kafka up to the frontier, its log start again, redrives.

The order is what makes it safe beside a running writer: whatever is written later lies beyond the frontier that was
read first, and is in flight.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from confluent_kafka import Message

from waybill_common.errors import LakeRefused
from waybill_common.kafka import Topic, describe_topic, no_such_topic
from waybill_common.screen import Bars
from waybill_common.settings import Settings
from waybill_ops.audit.audit_report import AuditReport, Totals
from waybill_ops.audit.chain import Ledger
from waybill_ops.audit.compare import compare
from waybill_ops.audit.database import open_database
from waybill_ops.audit.findings import Code, Finding, tally
from waybill_ops.audit.kafka_log import LogReader, PartitionBounds
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.ledger_files import read_ledger
from waybill_ops.audit.ledger_tables import fill_bounds, fill_splits
from waybill_ops.audit.log_sink import LogSink
from waybill_ops.audit.objects import Loaded
from waybill_ops.audit.record_terms import terms_of
from waybill_ops.audit.redrives import AuditedDeadLetters, Redrives, count_dead_letters
from waybill_ops.audit.stored_objects import load_objects
from waybill_streams.packaged import STREAMS

SHOWN = 20
"""Findings of one code that a report names; the rest is counted."""


@dataclass(frozen=True)
class TopicReading:
    """What was learned from Kafka; ``bounds`` are from after the reading."""

    topic: Topic | None
    bounds: Mapping[int, PartitionBounds]
    records: int
    findings: tuple[Finding, ...]
    waits: bool = False
    """Where nothing was delivered yet: whether the topic has records."""

    @property
    def is_comparable(self) -> bool:
        return self.topic is not None and not any(one.code is Code.TOPIC_CHANGED for one in self.findings)


def audit(settings: Settings, *, complete: bool, progress: Bars) -> AuditReport:
    """Raises ``LakeRefused``, ``LakeUnavailable``, ``LedgerCorrupt``, ``ContractUnknown``, ``KafkaUnavailable`` and
    ``TopicRefused``."""
    lake = LakeReader(settings.lake, settings.stream.lake_folder)
    lake.require()
    ledger = read_ledger(lake)
    _require_same_home(ledger, settings, lake)
    terms, carried = terms_of(ledger, settings.stream.name), STREAMS.get(settings.stream.name)
    contracts = carried.contracts if carried else ()
    topic = describe_topic(settings.kafka, settings.stream.topic)
    if topic is None and ledger.home is None:
        raise no_such_topic(
            settings.kafka,
            settings.stream.topic,
            allowed="a topic to audit; nothing was delivered from one of that name.",
            remedy="correct stream.topic or kafka.bootstrap_servers.",
        )
    with tempfile.TemporaryDirectory(prefix="waybill-verify-") as folder:
        scratch = Path(folder)
        with open_database(scratch) as database:
            loaded = load_objects(lake, ledger, terms, contracts, database, scratch, progress)
            sink = LogSink(database, terms, loaded.columns, contracts[-1].id_field if contracts else None)
            log = _read_log(settings, topic, ledger, loaded, sink, progress, complete=complete)
            fill_bounds(database, ledger, log.bounds, complete=complete)
            fill_splits(database, terms, loaded)
            found = chain(
                ledger.findings, loaded.findings, log.findings, compare(database, with_log=log.is_comparable)
            )
            dead_letters = count_dead_letters(database, SHOWN)
            return _report(settings, lake, ledger, loaded, log, dead_letters, found, complete=complete)


def _require_same_home(ledger: Ledger, settings: Settings, lake: LakeReader) -> None:
    if ledger.home and ledger.home[:2] != (settings.stream.name, settings.stream.topic):
        raise LakeRefused(
            f"The ledger of {lake.address} belongs to stream {ledger.home[0]} and topic {ledger.home[1]}, "
            f"this audit is of stream {settings.stream.name} and topic {settings.stream.topic}.",
            allowed="the stream and topic that the lake was begun with.",
            remedy="correct lake.url or stream.topic.",
        )


def _read_log(
    settings: Settings,
    topic: Topic | None,
    ledger: Ledger,
    loaded: Loaded,
    kept: LogSink,
    progress: Bars,
    *,
    complete: bool,
) -> TopicReading:
    if topic is None:
        gone = Finding(
            Code.TOPIC_CHANGED, settings.stream.topic, "Kafka has no such topic: nothing could be compared"
        )
        return TopicReading(None, {}, 0, (gone,))
    if ledger.home and ledger.home[2] != topic.id:
        detail = f"its id is {topic.id}, the ledger's is {ledger.home[2]}: it was deleted and made again"
        return TopicReading(topic, {}, 0, (Finding(Code.TOPIC_CHANGED, topic.name, detail),))
    partitions = range(topic.partitions)
    redrives_topic = settings.stream.redrives_topic
    wanted = loaded.dead > 0 or describe_topic(settings.kafka, redrives_topic) is not None
    redrives = Redrives(kept.database, settings.stream.name, topic.name, topic.id, wanted)
    reader, origin = LogReader(settings.kafka, topic.name), ledger.origin or {}
    try:
        bounds = reader.bounds(partitions)
        spans = {
            p: (
                max(b.start, origin.get(p, 0)),
                b.end if complete else min(b.end, ledger.frontier.get(p, 0)),
            )
            for p, b in bounds.items()
        }
        tell = progress.begin("records", sum(max(end - start, 0) for start, end in spans.values()))
        records = 0

        def sink(messages: Sequence[Message]) -> None:
            nonlocal records
            kept.insert(messages)
            redrives.note(messages)
            records += len(messages)
            tell(records)

        reader.read(spans, sink)
        there = {p: (max(b.start, origin.get(p, 0)), b.end) for p, b in bounds.items()}
        waits = not ledger.commits and reader.holds_records(there)
        now = {p: PartitionBounds(b.start, bounds[p].end) for p, b in reader.bounds(partitions).items()}
    finally:
        reader.close()
    unreadable = redrives.read(settings.kafka, redrives_topic)
    return TopicReading(topic, now, records, (*_truncated(ledger, bounds), *unreadable), waits)


def _truncated(ledger: Ledger, bounds: Mapping[int, PartitionBounds]) -> Iterator[Finding]:
    for partition, frontier in ledger.frontier.items():
        end = bounds[partition].end if partition in bounds else None
        if frontier and (end is None or end < frontier):
            detail = f"Kafka's log ends at {end}, the frontier is {frontier}"
            yield Finding(Code.LOG_TRUNCATED, f"partition {partition}", detail)


def _report(
    settings: Settings,
    lake: LakeReader,
    ledger: Ledger,
    loaded: Loaded,
    log: TopicReading,
    dead_letters: AuditedDeadLetters,
    found: Iterable[Finding],
    *,
    complete: bool,
) -> AuditReport:
    frontier = ledger.frontier
    begun = ledger.origin or {}
    ahead = {p: b.end - max(frontier.get(p, 0), begun.get(p, 0)) for p, b in log.bounds.items()}
    below = {p: min(b.start, frontier.get(p, 0)) for p, b in log.bounds.items()}
    origin = {p: offset for p, offset in begun.items() if offset}
    return AuditReport(
        lake=lake.address,
        stream=settings.stream.name,
        topic=settings.stream.topic,
        topic_id=log.topic.id if log.topic else None,
        complete=complete,
        format=ledger.format,
        nothing_delivered=log.waits,
        totals=Totals(
            commits=ledger.commits,
            objects=loaded.objects,
            rows=loaded.rows,
            dead_letters=loaded.dead,
            records=log.records,
            empty=ledger.counts.empty,
            lost=ledger.counts.lost,
            skipped=ledger.counts.skipped,
            tombstones=ledger.counts.tombstones,
        ),
        dead_letters=dead_letters,
        origin=origin,
        frontier=frontier,
        log_start={p: b.start for p, b in log.bounds.items()},
        in_flight_offsets={p: count for p, count in ahead.items() if count > 0},
        in_flight_objects=loaded.in_flight,
        judged_by_receipts={p: end for p, end in below.items() if end > origin.get(p, 0)},
        tallies=tally(found, SHOWN),
    )
