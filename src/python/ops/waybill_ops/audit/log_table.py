"""Records into the audit's ``log`` table, which takes whatever Kafka can hold: nothing here raises for a record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Message

from waybill_ops.audit.database import RAW
from waybill_ops.audit.fingerprint import AuditedKind, content_of_record, literal, quoted, record_structure
from waybill_ops.audit.record_headers import RawHeaders, raw_headers
from waybill_ops.audit.record_text import PLAIN, texts_of

_BATCH = pa.schema(
    [
        ("i", pa.int32()),
        ("p", pa.int32()),
        ("o", pa.int64()),
        ("ms", pa.int64()),
        ("key", pa.binary()),
        ("value", pa.binary()),
        ("text", pa.string()),
    ]
)

LogRecord = tuple[int, int, int, bytes | None, bytes | None]
"""Partition, offset, milliseconds, key, value."""


@dataclass(frozen=True)
class LogTable:
    """Inserts records into ``log``. ``columns`` are those that the lake's rows have."""

    database: duckdb.DuckDBPyConnection
    columns: Mapping[str, AuditedKind]
    id_field: str

    def insert(self, messages: Sequence[Message]) -> None:
        self.insert_records(
            [record_of(message) for message in messages], lambda index: raw_headers(messages[index])
        )

    def insert_records(
        self, records: Sequence[LogRecord], headers: Callable[[int], RawHeaders | None] = lambda _: ()
    ) -> None:
        """``headers`` are asked for, by index, only of records that are dead letters in the lake."""
        if not records:
            return
        texts = [_text(value) for *_, value in records]
        self.database.register("batch", _batch(records, texts))
        dead = self._stored_in("dead_rows", records)
        odd = {index for (index,) in self._ask(self._odd)}
        if odd:
            # The content of a dead letter does not matter, however long it is.
            idle = odd & dead - self._stored_in("data_rows", records)
            read = {i: () if i in idle else texts_of(texts[i] or "", self.columns) for i in odd}
            first = [read.get(i, (text,))[:1] or (None,) for i, text in enumerate(texts)]
            self.database.register("batch", _batch(records, [text for (text,) in first]))
            self._insert_others([(records[i], text) for i, some in read.items() for text in some[1:]])
        digests = {index: headers_digest(headers(index)) for index in sorted(dead)}
        kept = [pa.array(list(digests), pa.int32()), pa.array(list(digests.values()), pa.binary())]
        self.database.register("dead", pa.table(kept, names=["i", "headers"]))
        self._ask(f"INSERT INTO log {self._sql}")

    def _stored_in(self, table: str, records: Sequence[LogRecord]) -> set[int]:
        """Those of the batch that ``table`` has; by the range of offsets, so that little of it is read."""
        offsets = [record[1] for record in records]
        some = f"(SELECT p, o FROM {table} WHERE o BETWEEN {min(offsets)} AND {max(offsets)})"  # noqa: S608  # integers
        return {index for (index,) in self._ask(f"SELECT i FROM batch SEMI JOIN {some} USING (p, o)")}  # noqa: S608

    def _ask(self, sql: str) -> list[tuple[int, ...]]:
        return self.database.execute(sql).fetchall()

    def _insert_others(self, others: Sequence[tuple[LogRecord, str]]) -> None:
        if others:
            self.database.register("others", _batch([one for one, _ in others], [text for _, text in others]))
            self._ask(
                f"INSERT INTO other_contents SELECT p, o, {self._content} FROM ({self._structs('others')})"  # noqa: S608  # as above
            )

    @property
    def _odd(self) -> str:
        """Records whose text is not plain, or names a field twice; most have the known fields in order, and pass
        quickly."""
        known = ", ".join(literal(name) for name in self.columns)
        return f"""
            SELECT i FROM (
                SELECT i, CASE WHEN regexp_full_match(text, {literal(PLAIN)}) THEN json_keys(text) END AS fields
                FROM batch WHERE text IS NOT NULL
            )
            WHERE fields IS NULL
                  OR CASE WHEN fields = [{known}] THEN false ELSE len(fields) <> len(list_distinct(fields)) END
        """  # noqa: S608  # built from column names, each quoted

    def _structs(self, table: str) -> str:
        return f"SELECT *, from_json(text, {record_structure(self.columns)}) AS s FROM {table}"  # noqa: S608  # as above

    @property
    def _content(self) -> str:
        return f"CASE WHEN s IS NOT NULL THEN {content_of_record(self.columns)} END"

    @property
    def _sql(self) -> str:
        """Raw bytes are hashed only for records that are dead letters in the lake."""
        return f"""
            SELECT p, o, ms, coalesce(octet_length(key), 0) + coalesce(octet_length(value), 0),
                   s.{quoted(self.id_field)}, {self._content}, CASE WHEN dead.i IS NOT NULL THEN {RAW} END, headers,
                   NULL, NULL, NULL, NULL
            FROM ({self._structs("batch")}) LEFT JOIN dead USING (i)
        """  # noqa: S608  # built from column names, each quoted


def record_of(message: Message) -> LogRecord:
    kind, millis = message.timestamp()
    at = (message.partition() or 0, message.offset() or 0)
    return *at, -1 if kind == TIMESTAMP_NOT_AVAILABLE else millis, message.key(), message.value()


def _batch(records: Sequence[LogRecord], texts: Sequence[str | None]) -> pa.Table:
    columns = zip(*records, strict=True)
    values = [range(len(records)), *columns, texts]
    arrays = [pa.array(some, kind.type) for some, kind in zip(values, _BATCH, strict=True)]
    return pa.table(arrays, schema=_BATCH)


def headers_digest(headers: RawHeaders | None) -> bytes | None:
    """As ``database.headers_of`` has them in SQL; None where nobody can tell them."""
    if headers is None:
        return None
    pairs = [
        f"{name.split(bytes(1), 1)[0].hex()}={'-' if value is None else value.hex()}"
        for name, value in headers
    ]
    return hashlib.sha256(",".join(pairs).upper().encode()).digest()


def _text(value: bytes | None) -> str | None:
    """A value's JSON: docs/format.md has it after five bytes where the first of them is zero."""
    try:
        return None if value is None else value[5 if value[:1] == b"\x00" else 0 :].decode()
    except UnicodeDecodeError:
        return None
