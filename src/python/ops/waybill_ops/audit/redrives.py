"""What became of dead letters: their successors by headers in the topic, and the records in the redrives' topic.

Read by hand from docs/format.md, as the ledger is. The redrives' topic is read after the events' and up to its high
watermark: a successor and its record are one transaction, so whatever successor was seen has its record there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
from confluent_kafka import Message

from waybill_common.kafka import describe_topic, is_hidden
from waybill_common.settings import KafkaSettings
from waybill_ops.audit import entry_fields as taken
from waybill_ops.audit.audited_home import AuditedHome
from waybill_ops.audit.entry_fields import UnreadableField
from waybill_ops.audit.findings import Code, Finding
from waybill_ops.audit.kafka_log import LogReader
from waybill_ops.audit.record_headers import may_have, raw_headers
from waybill_ops.audit.redrive_records import MARK, Fate, fate_of, source_mark

RedriveRow = tuple[Any, ...]

HEADER = b"waybill-redrive-of"

_PLACE_OF_LETTER = [
    ("of_topic", pa.string()),
    ("of_p", pa.int32()),
    ("of_o", pa.int64()),
    ("own", pa.bool_()),
]
_PLACE_HERE = [("p", pa.int32()), ("o", pa.int64())]
_SUCCESSOR = pa.schema([*_PLACE_HERE, *_PLACE_OF_LETTER])
_REDRIVE = pa.schema([*_PLACE_OF_LETTER, ("state", pa.string()), *_PLACE_HERE])
_PLACE = re.compile(r"(.+)/(0|[1-9][0-9]{0,8})/(0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class AuditedDeadLetters:
    """Dead letters by what became of them; ``successors`` are the first few, as (partition, offset) pairs."""

    open: int
    redriven: int
    waived: int
    successors: tuple[tuple[tuple[int, int], tuple[int, int]], ...]


@dataclass(frozen=True)
class Redrives:
    """Fills the tables ``successors`` and ``redrives`` with what concerns a dataset whose topic has ``topic_id``.

    ``wanted`` is false where there is neither a dead letter nor a redrive to look for: headers cost 3 µs a record.
    """

    database: duckdb.DuckDBPyConnection
    home: AuditedHome
    topic_id: str
    wanted: bool

    def note(self, messages: Sequence[Message]) -> None:
        """Records that name a dead letter of this topic in their header; of a topic that takes only redrives, all."""
        if self.wanted and self.home.is_sent_to:
            rows = [row for one in messages for row in self._successor(one)]
            self._insert("successors", _SUCCESSOR, rows)

    def read(self, kafka: KafkaSettings) -> list[Finding]:
        """The redrives' topics, where there are some; creates nothing. Raises ``KafkaUnavailable``."""
        if not self.wanted:
            return []
        before, home = self.home.before, self.home
        fates, findings = self._fates_in(kafka, home.recorded_in)
        earlier: list[Fate] = []
        if before is not None and before[0] != home.recorded_in and not is_hidden(kafka, before[0]):
            earlier, more = self._fates_in(kafka, before[0])
            findings += more
        self.take([*earlier, *fates])
        of_others, sent_to = (fates, home.sent_to) if before is None else ([*earlier, *fates], before[1])
        if of_others and (earlier or not home.is_sent_to):
            target = describe_topic(kafka, sent_to)
            findings += self.sent_elsewhere(of_others, sent_to, target.id if target else None)
        return findings

    def _fates_in(self, kafka: KafkaSettings, topic: str) -> tuple[list[Fate], list[Finding]]:
        if describe_topic(kafka, topic) is None:
            return [], []
        latest: dict[bytes | None, tuple[int, bytes | None]] = {}

        def sink(messages: Sequence[Message]) -> None:
            latest.update((one.key(), (int(one.offset() or 0), one.value())) for one in messages)

        every = LogReader(kafka, topic, isolation="read_uncommitted")
        try:
            marks = every.bounds([0])[0]
        finally:
            every.close()
        reader = LogReader(kafka, topic)
        try:
            reader.read({0: (marks.start, marks.end)}, sink)
        finally:
            reader.close()
        return read_fates(latest, topic, self.home.since)

    def take(self, fates: Iterable[Fate]) -> None:
        """Where two formats tell of one letter, the newer one counts."""
        known = {(one.stream, one.letter): one for one in sorted(fates, key=lambda one: one.format)}
        rows = [row for one in known.values() for row in self._row(one)]
        self._insert("redrives", _REDRIVE, rows)

    def sent_elsewhere(self, fates: Iterable[Fate], sent_to: str, now: str | None) -> list[Finding]:
        """Redrives of this stream that went to a topic which is not there any more; its name has the id ``now``."""
        named = {
            one.successor.topic_id
            for one in fates
            if one.stream == self.home.stream and one.successor and one.successor.topic == sent_to
        }
        there = f"its id is {now}" if now else "there is none"
        return [
            Finding(Code.TOPIC_CHANGED, sent_to, f"{there}, redrives went to the one with id {other}")
            for other in sorted(named - {now})
        ]

    def _row(self, fate: Fate) -> Iterator[RedriveRow]:
        """Of this dataset's letter, or of any other one whose successor is in its topic."""
        letter, to = fate.letter, fate.successor
        here = self.home.topic, self.topic_id
        own = (fate.stream, letter.topic, letter.topic_id) == (self.home.stream, *here)
        is_here = to is not None and self.home.is_sent_to and (to.topic, to.topic_id) == here
        if own or is_here:
            yield letter.topic, *letter.at, own, fate.state, *(to.at if to and is_here else (None, None))

    def _insert(self, table: str, schema: pa.Schema, rows: Sequence[RedriveRow]) -> None:
        if rows:
            columns = zip(*rows, strict=True)
            arrays = [pa.array(values, kind) for values, kind in zip(columns, schema.types, strict=True)]
            self.database.register("rows_of_redrives", pa.table(arrays, schema=schema))
            self.database.execute(f"INSERT INTO {table} SELECT * FROM rows_of_redrives").fetchall()  # noqa: S608

    def _successor(self, message: Message) -> Iterator[RedriveRow]:
        place = message.partition(), message.offset()
        named = False
        for name, value in (raw_headers(message) or ()) if may_have(message, HEADER) else ():
            match = _PLACE.fullmatch((value or b"").decode(errors="replace")) if name == HEADER else None
            own = match is not None and match[1] == self.home.topic
            if match and int(match[3]) <= taken.MOST and (own or self.home.is_sibling):
                named = True
                yield *place, match[1], int(match[2]), int(match[3]), own
        if self.home.is_sibling and not named:
            yield *place, None, None, None, False


def read_fates(
    latest: Mapping[bytes | None, tuple[int, bytes | None]], topic: str, since: str | None = None
) -> tuple[list[Fate], list[Finding]]:
    """What the last records of all keys say, and those that say nothing. ``since``: where redrives are recorded of a
    stream that has a source of ours by now, as a record may say.
    """
    fates: list[Fate] = []
    findings: list[Finding] = []
    for key, (offset, value) in latest.items():
        if value is None or (key, value) == MARK or (since and (key, value) == source_mark(since)):
            continue
        try:
            fates.append(fate_of(key, value))
        except UnreadableField as problem:
            detail = f"it is no record of a redrive: {problem}"[:300]
            findings.append(Finding(Code.REDRIVE_UNREADABLE, f"{topic} partition 0 offset {offset}", detail))
    return fates, findings


def count_dead_letters(database: duckdb.DuckDBPyConnection, show: int) -> AuditedDeadLetters:
    """A dead letter is redriven if the record or the topic says so, else waived if the record does, else open."""
    [[opened, redriven, waived]] = database.execute("""
        WITH letters AS (
            SELECT DISTINCT p, o,
                   (p, o) IN (SELECT (of_p, of_o) FROM successors WHERE own)
                   OR (p, o) IN (SELECT (of_p, of_o) FROM redrives WHERE own AND state = 'redriven') AS redriven,
                   (p, o) IN (SELECT (of_p, of_o) FROM redrives WHERE own AND state = 'waived') AS waived
            FROM dead_rows JOIN objects USING (object) WHERE NOT in_flight
        )
        SELECT count(*) FILTER (NOT redriven AND NOT waived), count(*) FILTER (redriven),
               count(*) FILTER (waived AND NOT redriven)
        FROM letters
    """).fetchall()
    pairs = database.execute(
        "SELECT of_p, of_o, p, o FROM (SELECT * FROM successors WHERE own) SEMI JOIN "
        "(SELECT p AS of_p, o AS of_o FROM dead_rows) USING (of_p, of_o) "
        "ORDER BY 1, 2, 3, 4 LIMIT ?",
        [show],
    ).fetchall()
    return AuditedDeadLetters(opened, redriven, waived, tuple(((a, b), (c, d)) for a, b, c, d in pairs))
