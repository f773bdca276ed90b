"""Decoding a block by a contract's document: what the fast paths take, and the judge for everything else.

A fast path says "row, with these values" of a value, or nothing. So the verdict on a record is the judge's, whatever
its neighbours are, and nothing between the judge's values and Arrow's converts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from confluent_kafka import Message

from waybill_common.contract import BoundContract
from waybill_common.kafka import headers_of, last_headers, offset_of
from waybill_contracts.columns import RowColumns
from waybill_contracts.document import parse_document
from waybill_contracts.fast import FastRows, as_arrow, paths_of, rows_by
from waybill_contracts.judging import (
    VALUES_ID,
    DeadRecord,
    JudgedRow,
    KafkaInput,
    RecordJudge,
    RecordVerdict,
    Writers,
    asks_headers,
    has_header_ids,
)
from waybill_delivery.events.old_formats import FIRST_WITH_DOCUMENTS, old_rows, stamped
from waybill_delivery.events.record import Block, DeadLetter, record_of
from waybill_delivery.events.stamps import NONE, calendar_of

_MOST_EXTRA = 2**25
"""Characters of ``_extra`` that wait to be laid out in columns: a record may have many times its own length of them."""


@dataclass
class _Found:
    """By their place in the block."""

    rows: dict[int, JudgedRow] = field(default_factory=dict)
    dead: dict[int, DeadLetter] = field(default_factory=dict)
    skipped: list[int] = field(default_factory=list)
    extra: int = 0


@dataclass(frozen=True)
class _Records:
    """A block as Kafka has it; ``instants`` are its timestamps as their column has them."""

    partition: int
    messages: Sequence[Message]
    offsets: pa.Int64Array
    stamps: pa.Int64Array
    instants: pa.Array
    outside: pa.BooleanArray | None

    @cached_property
    def milliseconds(self) -> list[int]:
        """Most blocks need none of them."""
        return list(self.stamps.to_pylist())


class DocumentDecoder:
    """``fast`` and ``watch`` as in ``decoder_of``. What a value is, is the judge's word in every format. It is made of
    ``Writers`` where a registry has the schemas.
    """

    def __init__(
        self,
        of: BoundContract | Writers,
        format: int = 3,  # noqa: A002  # the ledger's word for it
        *,
        fast: bool = True,
        watch: Callable[[int], object] = lambda _offset: None,
    ) -> None:
        writers = of if isinstance(of, Writers) else None
        document = parse_document(of.document) if isinstance(of, BoundContract) else of.known.document
        self._judge = RecordJudge(document, writers=writers)
        self._columns = RowColumns(document)
        self._fast = paths_of(document, writers) if fast else None
        self._calendar = calendar_of(format)
        self._old_rows = old_rows(document) if format < FIRST_WITH_DOCUMENTS else None
        self._watch = watch
        self._key = document.key
        by_header = document.select is not None and document.select.by == "header"
        self._wants_headers = document.headers or by_header
        self._is_judged_by_headers = self._wants_headers or has_header_ids(document.value)
        framed = [form.frame for form in (document.value, document.key) if form is not None]
        self._names_frames = not self._is_judged_by_headers and any(map(asks_headers, framed))
        self._around = [name for name in ("kafka_key", "kafka_headers") if name in self._columns.beside]

    def decode(self, partition: int, messages: Sequence[Message]) -> Block:
        """See ``BlockDecoder``."""
        given = _values_of(messages)
        sizes = _sizes_of(given, messages)
        stamps = self._calendar.milliseconds_of(messages)
        offsets = pa.array(list(map(Message.offset, messages)), pa.int64())
        records = _Records(partition, messages, offsets, stamps, *self._calendar.column(stamps))
        found, tables, places = _Found(), [], list[pa.Int64Array]()
        left: Sequence[int] = range(len(messages))
        if self._fast is not None:
            read = rows_by(self._fast, given, last_headers(messages, VALUES_ID))
            quick, taken = self._taken(records, read, found)
            tables, places = [quick], [taken]
            left = np.flatnonzero(~read.taken).tolist()
        for index in left:
            self._watch(offset_of(messages[index]))
            verdict = self._verdict(self._judge.judge, records, index, messages[index].value())
            self._sort(records, index, verdict, found)
            if found.extra > _MOST_EXTRA:
                self._lay_out(records, found, tables, places)
        self._lay_out(records, found, tables, places)
        rows, raw_bytes = self._in_order(tables, places, sizes)
        return Block(
            rows if self._old_rows is None else pa.table(rows.columns, schema=self._old_rows),
            raw_bytes,
            tuple(found.dead[index] for index in sorted(found.dead)),
            tuple(offset_of(messages[index]) for index in sorted(found.skipped)),
            pc.sum(sizes.take(pa.array(found.skipped, pa.int64()))).as_py() or 0,
        )

    def nothing(self) -> Block:
        """A block of no records."""
        return Block(self._columns.schema.empty_table(), pa.array([], pa.int64()), ())

    def _input(self, records: _Records, index: int, value: bytes | None) -> KafkaInput:
        message = records.messages[index]
        headers = headers_of(message) if self._is_judged_by_headers else ()
        milliseconds = records.milliseconds[index] if self._old_rows is None else NONE
        return KafkaInput(value, message.key(), headers, milliseconds)

    def _verdict(
        self,
        judge: Callable[[KafkaInput], RecordVerdict],
        records: _Records,
        index: int,
        value: bytes | None,
    ) -> RecordVerdict:
        """A dead letter may say that its schema's id is in the headers; no other verdict needs them for that."""
        given = self._input(records, index, value)
        verdict = judge(given)
        if self._names_frames and isinstance(verdict, DeadRecord):
            return judge(replace(given, headers=headers_of(records.messages[index])))
        return verdict

    def _sort(self, records: _Records, index: int, verdict: RecordVerdict, found: _Found) -> None:
        if self._old_rows is not None:
            verdict = stamped(verdict, self._calendar.micros(records.milliseconds[index]))
        match verdict:
            case JudgedRow():
                found.rows[index] = verdict
                found.extra += len(verdict.extra or "")
            case DeadRecord():
                record = record_of(records.messages[index], records.milliseconds[index])
                found.dead[index] = DeadLetter(record, verdict.reason, verdict.detail)
            case _:
                found.skipped.append(index)

    def _taken(self, records: _Records, read: FastRows, found: _Found) -> tuple[pa.Table, pa.Int64Array]:
        """Rows of values that the fast paths took, and their places. What stands around one may still make it none."""
        at = as_arrow(np.flatnonzero(read.taken))
        values, extra = read.rows, read.extra
        beside = self._plain_around(records, at)
        if beside is None:
            around = _Found()
            for index in at.to_pylist():
                verdict = self._verdict(self._around_a_row, records, index, None)
                self._sort(records, index, verdict, around)
            found.dead |= around.dead
            found.skipped += around.skipped
            if len(around.rows) < len(at):
                kept = pc.is_in(at, pa.array(around.rows, pa.int64()))
                at, values, extra = at.filter(kept), values.filter(kept), extra.filter(kept)
            rows = [*around.rows.values()]
            beside = {name: self._columns.beside_of(name, rows) for name in self._around}
        beside |= {
            "kafka_partition": pa.repeat(pa.scalar(records.partition, pa.int32()), len(at)),
            "kafka_offset": _taken_at(records.offsets, at),
            "kafka_timestamp": _taken_at(records.instants, at),
        }
        if "_extra" in self._columns.beside:
            beside["_extra"] = extra
        if "kafka_tombstone" in self._columns.beside:
            beside["kafka_tombstone"] = pa.repeat(pa.scalar(False), len(at))  # noqa: FBT003  # its only spelling
        return self._columns.table(values, beside), at

    def _around_a_row(self, given: KafkaInput) -> RecordVerdict:
        return self._judge.around_a_row(given, [], None)

    def _plain_around(self, records: _Records, at: pa.Int64Array) -> dict[str, pa.Array] | None:
        """The keys, where nothing around the values can make any of them something else than a row; else None."""
        if self._wants_headers or (records.outside is not None and pc.any(records.outside.take(at)).as_py()):
            return None
        if self._key is None:
            return {}
        if self._key.frame is not None or self._key.format == "json":
            return None
        keys = pa.array([records.messages[index].key() for index in at.to_pylist()], pa.binary())
        try:
            return {"kafka_key": keys if self._key.format == "binary" else keys.cast(pa.string())}
        except pa.ArrowInvalid:  # one of them is no text
            return None

    def _lay_out(
        self, records: _Records, found: _Found, tables: list[pa.Table], places: list[pa.Int64Array]
    ) -> None:
        """The rows that wait."""
        if found.rows:
            at = pa.array(found.rows, pa.int64())
            offsets = records.offsets.take(at).to_pylist()
            tables += self._tables(records.partition, offsets, [*found.rows.values()])
            places.append(at)
        found.rows, found.extra = {}, 0

    def _tables(
        self, partition: int, offsets: Sequence[int], rows: Sequence[JudgedRow]
    ) -> Iterator[pa.Table]:
        """More than one where a column would be too large for one array."""
        try:
            yield pa.Table.from_batches([self._columns.batch(partition, offsets, rows)])
        except OverflowError:
            if len(rows) == 1:
                raise
            half = len(rows) // 2
            for part in (slice(half), slice(half, None)):
                yield from self._tables(partition, offsets[part], rows[part])

    def _in_order(
        self, tables: Sequence[pa.Table], places: Sequence[pa.Int64Array], sizes: pa.Int64Array
    ) -> tuple[pa.Table, pa.Int64Array]:
        """All rows by their places in the block, and the bytes of their records."""
        if len(tables) == 1:
            return tables[0], _taken_at(sizes, places[0])
        if not tables:
            return self._columns.schema.empty_table(), sizes.slice(0, 0)
        at = pa.concat_arrays(places)
        order = pc.sort_indices(at)
        return pa.concat_tables(tables).take(order), sizes.take(at.take(order))


def _taken_at(values: pa.Array, at: pa.Int64Array) -> pa.Array:
    """``at`` is in order."""
    return values if len(at) == len(values) else values.take(at)


def _values_of(messages: Sequence[Message]) -> pa.LargeBinaryArray:
    """``pa.array`` copies what it has so far each time that it needs more room."""
    values: list[Any] = list(map(Message.value, messages))
    try:
        data = b"".join(values)
    except TypeError:  # a tombstone among them
        return pa.array(values, pa.large_binary())
    ends = np.zeros(len(values) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, values), np.int64, len(values)), out=ends[1:])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.large_binary(), len(values), buffers)


def _sizes_of(given: pa.LargeBinaryArray, messages: Sequence[Message]) -> pa.Int64Array:
    """Bytes of key and value of each record."""
    keys = pa.array(list(map(Message.key, messages)), pa.large_binary())
    return pc.add(*(pc.fill_null(pc.binary_length(one), 0) for one in (keys, given)))
