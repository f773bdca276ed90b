"""Streaming the topic, read_committed, into the audit's ``log`` table."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
from confluent_kafka import KafkaError
from confluent_kafka import KafkaException
from confluent_kafka import Message
from confluent_kafka import TopicPartition

from waybill_common.errors import WaybillError
from waybill_common.kafka import librdkafka_config
from waybill_common.kafka.clients import open_reader
from waybill_common.kafka.failure import failure
from waybill_common.kafka.failure import may_pass
from waybill_common.kafka.failure import refusal
from waybill_common.settings import KafkaSettings
from waybill_ops.audit.database import RAW
from waybill_ops.audit.fingerprint import Kind
from waybill_ops.audit.fingerprint import content_of_record
from waybill_ops.audit.fingerprint import literal
from waybill_ops.audit.fingerprint import quoted
from waybill_ops.audit.fingerprint import record_structure

FETCH = 20_000
POLL_SECONDS = 0.5

_BATCH = pa.schema(
    [
        ("p", pa.int32()),
        ("o", pa.int64()),
        ("ms", pa.int64()),
        ("key", pa.binary()),
        ("value", pa.binary()),
        ("text", pa.string()),
    ]
)


@dataclass(frozen=True)
class Bounds:
    """A partition's log start and last stable offset."""

    start: int
    end: int


class LogReader:
    """One consumer over one topic. ``close`` it."""

    def __init__(self, settings: KafkaSettings, topic: str, isolation: str = "read_committed") -> None:
        self._settings = settings
        self._topic = topic
        self._consumer = open_reader(
            librdkafka_config(
                settings,
                {
                    "group.id": "waybill-verify",
                    "isolation.level": isolation,
                    "auto.offset.reset": "error",
                    "enable.partition.eof": True,
                },
            )
        )

    def close(self) -> None:
        self._consumer.close()

    def bounds(self, partitions: Sequence[int]) -> dict[int, Bounds]:
        """Raises ``KafkaUnavailable`` and ``KafkaRefused``."""
        try:
            return {p: Bounds(*self._watermarks(p)) for p in partitions}
        except KafkaException as error:
            raise self._failure(error) from error

    def read(self, spans: Mapping[int, tuple[int, int]], sink: Callable[[Sequence[Message]], None]) -> None:
        """Hands every record of ``spans`` (start, end by partition) to ``sink``, in batches.

        Where retention deletes records meanwhile, reading goes on at the new log start: the caller asks for that
        again afterwards and judges only what lies behind it. Raises ``KafkaUnavailable`` after ``kafka.timeout``
        seconds without progress.
        """
        at = {p: start for p, (start, end) in spans.items() if start < end}
        self._consumer.assign([TopicPartition(self._topic, p, start) for p, start in at.items()])
        moved = time.monotonic()
        while at:
            messages = self._consumer.consume(FETCH, POLL_SECONDS)
            sink([m for m in messages if m.error() is None and _offset(m) < spans[_partition(m)][1]])
            reached = dict(at)
            for message in messages:
                p = _partition(message)
                reached[p] = max(reached.get(p, 0), self._offset_after(message))
            for known in self._consumer.position([TopicPartition(self._topic, p) for p in at]):
                reached[known.partition] = max(reached[known.partition], known.offset)
            if any(reached[p] > at[p] for p in at):
                moved = time.monotonic()
            elif (refused := refusal(self._settings, self._doing, self._consumer.told)) is not None:
                raise refused
            elif time.monotonic() - moved > self._settings.timeout:
                raise self._failure(f"no progress at {at}")
            done = [p for p in at if reached[p] >= spans[p][1]]
            at = {p: reached[p] for p in at if p not in done}
            if done:
                self._consumer.incremental_unassign([TopicPartition(self._topic, p) for p in done])

    def _offset_after(self, message: Message) -> int:
        error = message.error()
        if error is None:
            return _offset(message) + 1
        if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001  # its public name begins with an underscore
            return _offset(message)
        if error.code() in (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE):  # noqa: SLF001
            partition = _partition(message)
            start = self._watermarks(partition)[0]
            self._consumer.incremental_unassign([TopicPartition(self._topic, partition)])
            self._consumer.incremental_assign([TopicPartition(self._topic, partition, start)])
            return start
        if may_pass(error):
            return 0
        raise self._failure(error)

    def _watermarks(self, partition: int) -> tuple[int, int]:
        here = TopicPartition(self._topic, partition)
        low, high = self._consumer.get_watermark_offsets(here, timeout=self._settings.timeout)
        return int(low), int(high)

    @property
    def _doing(self) -> str:
        return f"reading {self._topic}"

    def _failure(self, why: KafkaError | KafkaException | str) -> WaybillError:
        return failure(self._settings, self._doing, why, self._consumer.told, topic=self._topic)


@dataclass(frozen=True)
class LogTable:
    """Inserts records into ``log``. ``columns`` are those that the lake's rows have."""

    database: duckdb.DuckDBPyConnection
    columns: Mapping[str, Kind]
    id_field: str

    def insert(self, messages: Sequence[Message]) -> None:
        """Raw bytes are hashed only for records that are dead letters in the lake."""
        if not messages:
            return
        self.insert_batch(_batch(messages))

    def insert_batch(self, batch: pa.Table) -> None:
        self.database.register("batch", batch)
        repeated = self.database.execute(self._repeated_fields).fetchall()
        if repeated:
            self.database.register("batch", _with_last_fields(batch, {row[0] for row in repeated}))
        self.database.execute(f"INSERT INTO log {self._sql}").fetchall()

    @property
    def _repeated_fields(self) -> str:
        """Rows of the batch whose JSON names a field twice; most have the known fields in order, and pass quickly."""
        known = ", ".join(literal(name) for name in self.columns)
        return f"""
            SELECT i FROM (
                SELECT row_number() OVER () - 1 AS i,
                       CASE WHEN json_valid(text) THEN
                       CASE WHEN json_type(text) = 'OBJECT' THEN json_keys(text) END END AS fields
                FROM batch
            )
            WHERE CASE WHEN fields = [{known}] THEN false ELSE len(fields) <> len(list_distinct(fields)) END
        """  # noqa: S608  # built from column names, each quoted

    @property
    def _sql(self) -> str:
        return f"""
            SELECT p, o, ms * 1000, s.{quoted(self.id_field)},
                   CASE WHEN s IS NOT NULL THEN {content_of_record(self.columns)} END,
                   CASE WHEN is_dead THEN {RAW} END
            FROM (
                SELECT batch.*, dead.p IS NOT NULL AS is_dead,
                       from_json(CASE WHEN json_valid(text) THEN CASE WHEN json_type(text) = 'OBJECT' THEN text END END,
                                 {record_structure(self.columns)}) AS s
                FROM batch LEFT JOIN (SELECT DISTINCT p, o FROM dead_rows) AS dead USING (p, o)
            )
        """  # noqa: S608  # built from column names, each quoted


def batch_of(records: Sequence[tuple[int, int, int, bytes | None, bytes | None]]) -> pa.Table:
    """Records as ``(partition, offset, milliseconds, key, value)``."""
    rows = [
        {"p": p, "o": o, "ms": ms, "key": key, "value": value, "text": _text(value)}
        for p, o, ms, key, value in records
    ]
    return pa.Table.from_pylist(rows, schema=_BATCH)


def _batch(messages: Sequence[Message]) -> pa.Table:
    values = [message.value() for message in messages]
    columns = [
        pa.array([message.partition() for message in messages], pa.int32()),
        pa.array([message.offset() for message in messages], pa.int64()),
        pa.array([message.timestamp()[1] for message in messages], pa.int64()),
        pa.array([message.key() for message in messages], pa.binary()),
        pa.array(values, pa.binary()),
        pa.array([_text(value) for value in values], pa.string()),
    ]
    return pa.table(columns, schema=_BATCH)


def _with_last_fields(batch: pa.Table, rows: set[int]) -> pa.Table:
    """RFC 8259 leaves repeated field names open; the format takes the last, DuckDB the first."""
    texts = batch["text"].to_pylist()
    mended = [json.dumps(json.loads(text)) if index in rows else text for index, text in enumerate(texts)]
    return batch.set_column(
        batch.schema.get_field_index("text"), _BATCH.field("text"), pa.array(mended, pa.string())
    )


def _partition(message: Message) -> int:
    """Typed as optional, since a message that is still to be sent has none."""
    return int(message.partition() or 0)


def _offset(message: Message) -> int:
    return int(message.offset() or 0)


def _text(value: bytes | None) -> str | None:
    """A value's JSON: docs/format.md has it behind five bytes where the first of them is zero."""
    try:
        return None if value is None else value[5 if value[:1] == b"\x00" else 0 :].decode()
    except UnicodeDecodeError:
        return None
