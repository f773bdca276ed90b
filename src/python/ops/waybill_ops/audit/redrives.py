"""What became of dead letters: their successors by headers in the topic, and the records in the redrives' topic.

Read by hand from docs/format.md, as the ledger is. The redrives' topic is read after the events' and up to its high
watermark: a successor and its record are one transaction, so whatever successor was seen has its record there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
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

RedriveRow = tuple[Any, ...]

HEADER = b"waybill-redrive-of"

_SUCCESSOR = ("p", "o", "of_p", "of_o")
_REDRIVE = ("of_p", "of_o", "state", "p", "o")
_TYPES = {"p": pa.int32(), "o": pa.int64(), "of_p": pa.int32(), "of_o": pa.int64(), "state": pa.string()}
_FIELDS = "format stream topic topic_id partition offset state at run chunk successor patch_sha256 reason"
_RUN = re.compile(r"[0-9a-f]{32}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
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
    """Fills the tables ``successors`` and ``redrives`` with what concerns ``topic`` under its id.

    ``wanted`` is false where there is neither a dead letter nor a redrive to look for: headers cost 3 µs a record.
    """

    database: duckdb.DuckDBPyConnection
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
        rows: list[RedriveRow] = []
        for key, (offset, value) in latest.items():
            if value is None:
                continue
            try:
                row = self._mark(key, taken.parse_object(value))
            except UnreadableField as problem:
                detail = f"it is no record of a redrive: {problem}"[:300]
                yield Finding(Code.REDRIVE_UNREADABLE, f"{topic} partition 0 offset {offset}", detail)
            else:
                rows += [row] if row else []
        self._insert("redrives", _REDRIVE, rows)

    def _insert(self, table: str, names: Sequence[str], rows: Sequence[RedriveRow]) -> None:
        if rows:
            columns = zip(*rows, strict=True)
            batch = pa.table({n: pa.array(c, _TYPES[n]) for n, c in zip(names, columns, strict=True)})
            self.database.register("rows_of_redrives", batch)
            self.database.execute(f"INSERT INTO {table} SELECT * FROM rows_of_redrives").fetchall()  # noqa: S608

    def _mark(self, key: bytes | None, fields: dict[str, Any]) -> RedriveRow | None:
        """None for a dead letter of another topic, or of one that was deleted and made again."""
        found = fields.get("format")
        if type(found) is not int or found != 1:
            raise UnreadableField(f"its format is {taken.shown(found)}")
        taken.closed(fields, _FIELDS)
        place = taken.text(fields, "topic"), taken.partition(fields), taken.count(fields, "offset")
        if "/".join(map(str, place)) != (key or b"").decode(errors="replace"):
            raise UnreadableField(f"its key {str(key)[:80]} is not its dead letter")
        state = taken.text(fields, "state")
        if state not in ("redriven", "waived"):
            raise UnreadableField(f"its state is {state[:80]!r}")
        _require_rest(fields, waived=state == "waived")
        if (fields["topic"], fields["topic_id"]) != (self.topic, self.topic_id):
            return None
        if (state == "redriven") != (fields["successor"] is not None):
            raise UnreadableField("a redriven dead letter has a successor, no other one has")
        if fields["successor"] is None:
            return *place[1:], state, None, None
        successor = taken.closed(fields["successor"], "partition offset")
        return *place[1:], state, taken.partition(successor), taken.count(successor, "offset")

    def _successor(self, message: Message) -> Iterable[RedriveRow]:
        if not may_have(message, HEADER):
            return
        for name, value in raw_headers(message) or ():
            match = _PLACE.fullmatch((value or b"").decode(errors="replace")) if name == HEADER else None
            if match and match[1] == self.topic and int(match[3]) <= taken.MOST:
                yield message.partition(), message.offset(), int(match[2]), int(match[3])


def _require_rest(fields: dict[str, Any], *, waived: bool) -> None:
    """Check fields that the audit does not need. Commands on dead letters refuse a record where they are wrong."""
    taken.text(fields, "stream")
    taken.text(fields, "topic_id")
    taken.matching(fields, "run", _RUN, "32 hex digits")
    taken.positive(fields, "chunk")
    if fields["patch_sha256"] is not None:
        taken.sha256(fields, "patch_sha256")
    if waived:
        taken.text(fields, "reason")
    elif fields["reason"] is not None:
        raise UnreadableField("a waived dead letter has a reason, no other one has")
    try:
        datetime.fromisoformat(taken.matching(fields, "at", _INSTANT, "an instant"))
    except ValueError as error:
        raise UnreadableField(f"at is {taken.shown(fields['at'])}: {error}") from error


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
