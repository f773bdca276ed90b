"""What became of dead letters: their successors by headers in the topic, and the records in the redrives' topic.

Read by hand from docs/format.md, as the ledger is. The redrives' topic is read after the events' and up to its high
watermark: a successor and its record are one transaction, so whatever successor was seen has its record there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
from confluent_kafka import Message

from waybill_common.kafka import describe_topic
from waybill_common.settings import KafkaSettings
from waybill_ops.audit import entry_fields as taken
from waybill_ops.audit.entry_fields import UnreadableField
from waybill_ops.audit.findings import Code, Finding
from waybill_ops.audit.kafka_log import LogReader
from waybill_ops.audit.record_headers import may_have, raw_headers
from waybill_ops.audit.redrive_records import MARK, Fate, fate_of

RedriveRow = tuple[Any, ...]

HEADER = b"waybill-redrive-of"

_SUCCESSOR = ("p", "o", "of_p", "of_o")
_REDRIVE = ("of_p", "of_o", "state", "p", "o")
_TYPES = {"p": pa.int32(), "o": pa.int64(), "of_p": pa.int32(), "of_o": pa.int64(), "state": pa.string()}
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
    """Fills the tables ``successors`` and ``redrives`` with what concerns letters of ``topic`` under its id.

    ``wanted`` is false where there is neither a dead letter nor a redrive to look for: headers cost 3 µs a record.
    """

    database: duckdb.DuckDBPyConnection
    stream: str
    topic: str
    topic_id: str
    wanted: bool

    def note(self, messages: Sequence[Message]) -> None:
        """Records that name a dead letter of this topic in their header."""
        if self.wanted:
            self._insert("successors", _SUCCESSOR, [row for one in messages for row in self._successor(one)])

    def read(self, kafka: KafkaSettings, topic: str) -> list[Finding]:
        """The redrives' ``topic``, where there is one; creates nothing. Raises ``KafkaUnavailable``."""
        if not self.wanted or describe_topic(kafka, topic) is None:
            return []
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
        return list(self._take(latest, topic))

    def _take(self, latest: dict[bytes | None, tuple[int, bytes | None]], topic: str) -> Iterable[Finding]:
        """Where two formats tell of one letter, the newer one counts."""
        fates: list[Fate] = []
        for key, (offset, value) in latest.items():
            if value is None or (key, value) == MARK:
                continue
            try:
                fates.append(fate_of(key, value))
            except UnreadableField as problem:
                detail = f"it is no record of a redrive: {problem}"[:300]
                yield Finding(Code.REDRIVE_UNREADABLE, f"{topic} partition 0 offset {offset}", detail)
        known = {
            one.letter.at: one for one in sorted(fates, key=lambda one: one.format) if self._is_ours(one)
        }
        self._insert("redrives", _REDRIVE, [_row(one) for one in known.values()])

    def _is_ours(self, fate: Fate) -> bool:
        """Not of another stream's letter, or of another topic's, or of one that was deleted and made again."""
        letter = fate.letter
        return (fate.stream, letter.topic, letter.topic_id) == (self.stream, self.topic, self.topic_id)

    def _insert(self, table: str, names: Sequence[str], rows: Sequence[RedriveRow]) -> None:
        if rows:
            columns = zip(*rows, strict=True)
            batch = pa.table({n: pa.array(c, _TYPES[n]) for n, c in zip(names, columns, strict=True)})
            self.database.register("rows_of_redrives", batch)
            self.database.execute(f"INSERT INTO {table} SELECT * FROM rows_of_redrives").fetchall()  # noqa: S608

    def _successor(self, message: Message) -> Iterable[RedriveRow]:
        if not may_have(message, HEADER):
            return
        for name, value in raw_headers(message) or ():
            match = _PLACE.fullmatch((value or b"").decode(errors="replace")) if name == HEADER else None
            if match and match[1] == self.topic and int(match[3]) <= taken.MOST:
                yield message.partition(), message.offset(), int(match[2]), int(match[3])


def _row(fate: Fate) -> RedriveRow:
    successor = (None, None) if fate.successor is None else fate.successor.at
    return *fate.letter.at, fate.state, *successor


def count_dead_letters(database: duckdb.DuckDBPyConnection, show: int) -> AuditedDeadLetters:
    """A dead letter is redriven if the record or the topic says so, else waived if the record does, else open."""
    [[opened, redriven, waived]] = database.execute("""
        WITH letters AS (
            SELECT DISTINCT p, o,
                   (p, o) IN (SELECT (of_p, of_o) FROM successors)
                   OR (p, o) IN (SELECT (of_p, of_o) FROM redrives WHERE state = 'redriven') AS redriven,
                   (p, o) IN (SELECT (of_p, of_o) FROM redrives WHERE state = 'waived') AS waived
            FROM dead_rows JOIN objects USING (object) WHERE NOT in_flight
        )
        SELECT count(*) FILTER (NOT redriven AND NOT waived), count(*) FILTER (redriven),
               count(*) FILTER (waived AND NOT redriven)
        FROM letters
    """).fetchall()
    pairs = database.execute(
        "SELECT of_p, of_o, p, o FROM successors SEMI JOIN dead_rows ON of_p = dead_rows.p AND of_o = dead_rows.o "
        "ORDER BY 1, 2, 3, 4 LIMIT ?",
        [show],
    ).fetchall()
    return AuditedDeadLetters(opened, redriven, waived, tuple(((a, b), (c, d)) for a, b, c, d in pairs))
