"""The audit in its order: receipts, objects, Kafka up to the frontier, its log start again, redrives.

The order is what makes it safe beside a running writer: whatever is written later lies beyond the frontier that was
read first, and is in flight.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from confluent_kafka import Message

from waybill_common.errors import LakeRefused
from waybill_common.kafka import Topic, describe_topic, is_hidden, no_such_topic
from waybill_common.screen import Bars
from waybill_common.settings import Settings
from waybill_ops.audit.audit_report import AuditReport, Totals
from waybill_ops.audit.audited_home import AuditedHome, own_home, sibling_home
from waybill_ops.audit.audited_ledger import Ledger
from waybill_ops.audit.compare import compare
from waybill_ops.audit.database import open_database
from waybill_ops.audit.findings import Code, Finding, tally
from waybill_ops.audit.kafka_log import LogReader, PartitionBounds
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.ledger_files import read_ledger
from waybill_ops.audit.ledger_tables import fill_bounds, fill_splits
from waybill_ops.audit.log_sink import LogSink
from waybill_ops.audit.object_names import LEDGER
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
    read_to: Mapping[int, int] = field(default_factory=dict)
    waits: bool = False
    """Where nothing was delivered yet: whether the topic has records."""

    @property
    def is_comparable(self) -> bool:
        return self.topic is not None and not any(one.code is Code.TOPIC_CHANGED for one in self.findings)


def audit(
    settings: Settings, *, complete: bool, progress: Bars, home: AuditedHome | None = None
) -> AuditReport:
    """Of the stream's own dataset, or of another ``home``.

    Raises ``LakeRefused``, ``LakeUnavailable``, ``LedgerCorrupt``, ``ContractUnknown``, ``KafkaUnavailable`` and
    ``TopicRefused``.
    """
    own = own_home(settings.stream)
    home = home or own
    lake = LakeReader(settings.lake, home.folder)
    lake.require()
    ledger = read_ledger(lake)
    _require_same_home(ledger, home, lake)
    terms, carried = terms_of(ledger, home.dataset), STREAMS.get(home.dataset)
    contracts = carried.contracts if carried else ()
    topic = describe_topic(settings.kafka, home.topic)
    if topic is None and ledger.home is None:
        raise no_such_topic(
            settings.kafka,
            home.topic,
            allowed="a topic to audit; nothing was delivered from one of that name.",
            remedy="correct stream.topic or kafka.bootstrap_servers.",
        )
    with tempfile.TemporaryDirectory(prefix="waybill-verify-") as folder:
        scratch = Path(folder)
        with open_database(scratch) as database:
            loaded = load_objects(lake, ledger, terms, contracts, database, scratch, progress)
            sink = LogSink(database, terms, loaded.columns, contracts[-1].id_field if contracts else None)
            log = _read_log(settings, home, topic, ledger, loaded, sink, progress, complete=complete)
            fill_bounds(database, ledger, log.bounds, log.read_to, complete=complete)
            fill_splits(database, terms, loaded)
            compared = compare(
                database, with_log=log.is_comparable, of_others=home.is_sibling or not own.is_sent_to
            )
            found = chain(ledger.findings, loaded.findings, log.findings, compared)
            dead_letters = count_dead_letters(database, SHOWN)
            return _report(home, lake, ledger, loaded, log, dead_letters, found, complete=complete)


def audit_redriven(settings: Settings, *, complete: bool, progress: Bars) -> AuditReport | None:
    """Of the dataset of what was redriven; None where there is neither that nor its topic. Raises as ``audit`` does."""
    home = sibling_home(settings.stream)
    is_filled = settings.stream.is_filled
    # Of a stream that was never somebody else's nobody is asked for rights on what it does not have.
    try:
        begun = LakeReader(settings.lake, home.folder).keys(LEDGER)
    except LakeRefused:
        if not is_filled:
            raise
        begun = []
    hidden = not begun and is_filled and is_hidden(settings.kafka, home.topic)
    if hidden or (not begun and describe_topic(settings.kafka, home.topic) is None):
        return None
    return audit(settings, complete=complete, progress=progress, home=home)


def _require_same_home(ledger: Ledger, home: AuditedHome, lake: LakeReader) -> None:
    if ledger.home and ledger.home[:2] != (home.dataset, home.topic):
        raise LakeRefused(
            f"The ledger of {lake.address} belongs to stream {ledger.home[0]} and topic {ledger.home[1]}, "
            f"this audit is of stream {home.dataset} and topic {home.topic}.",
            allowed="the stream and topic that the lake was begun with.",
            remedy="correct lake.url or stream.topic.",
        )


def _read_log(
    settings: Settings,
    home: AuditedHome,
    topic: Topic | None,
    ledger: Ledger,
    loaded: Loaded,
    kept: LogSink,
    progress: Bars,
    *,
    complete: bool,
) -> TopicReading:
    if topic is None:
        gone = Finding(Code.TOPIC_CHANGED, home.topic, "Kafka has no such topic: nothing could be compared")
        return TopicReading(None, {}, 0, (gone,))
    if ledger.home and ledger.home[2] != topic.id:
        detail = f"its id is {topic.id}, the ledger's is {ledger.home[2]}: it was deleted and made again"
        return TopicReading(topic, {}, 0, (Finding(Code.TOPIC_CHANGED, topic.name, detail),))
    partitions = range(topic.partitions)
    wanted = (
        home.is_sibling or loaded.dead > 0 or describe_topic(settings.kafka, home.recorded_in) is not None
    )
    redrives = Redrives(kept.database, home, topic.id, wanted)
    reader, origin = LogReader(settings.kafka, topic.name), ledger.origin or {}
    try:
        bounds = reader.bounds(partitions)
        spans = {
            p: (
                max(b.start, origin.get(p, 0)),
                b.end if complete or home.is_sibling else min(b.end, ledger.frontier.get(p, 0)),
            )
            for p, b in bounds.items()
        }
        # Of the sibling's topic each record has to be a redrive's, also beyond the frontier.
        judged = {
            p: end if complete else min(end, ledger.frontier.get(p, 0)) for p, (_, end) in spans.items()
        }
        tell = progress.begin("records", sum(max(end - start, 0) for start, end in spans.values()))
        records = 0

        def sink(messages: Sequence[Message]) -> None:
            nonlocal records
            within = [one for one in messages if (one.offset() or 0) < judged[one.partition() or 0]]
            kept.insert(within)
            redrives.note(messages)
            records += len(within)
            tell(records)

        reader.read(spans, sink)
        there = {p: (max(b.start, origin.get(p, 0)), b.end) for p, b in bounds.items()}
        waits = not ledger.commits and reader.holds_records(there)
        now = {p: PartitionBounds(b.start, bounds[p].end) for p, b in reader.bounds(partitions).items()}
    finally:
        reader.close()
    unreadable = redrives.read(settings.kafka)
    read_to = {p: end for p, (_, end) in spans.items()}
    return TopicReading(topic, now, records, (*_truncated(ledger, bounds), *unreadable), read_to, waits)


def _truncated(ledger: Ledger, bounds: Mapping[int, PartitionBounds]) -> Iterator[Finding]:
    for partition, frontier in ledger.frontier.items():
        end = bounds[partition].end if partition in bounds else None
        if frontier and (end is None or end < frontier):
            detail = f"Kafka's log ends at {end}, the frontier is {frontier}"
            yield Finding(Code.LOG_TRUNCATED, f"partition {partition}", detail)


def _report(
    home: AuditedHome,
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
        stream=home.dataset,
        topic=home.topic,
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
