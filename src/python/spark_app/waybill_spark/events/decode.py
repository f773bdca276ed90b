"""Decoding a block against the contract: one vectorised pass, and ``judge`` for whatever that one doesn't take.

The pass accepts only records in canonical form (``canonical.py``) whose values keep the rules (``rules.py``); that
``judge`` accepts them with the same values follows from those two. So the verdict on a record never depends on its
neighbours, nor on which of the two paths took it; a property test holds the paths equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from confluent_kafka import Message

from waybill_common.contract import Contract
from waybill_common.contract import Dead
from waybill_common.contract import judge
from waybill_common.contract.arrow import INSTANT
from waybill_common.contract.arrow import event_schema
from waybill_common.contract.arrow import row_schema
from waybill_common.contract.framing import MAGIC
from waybill_common.contract.framing import unframe
from waybill_spark.events.canonical import CANONICAL
from waybill_spark.events.canonical import canonical_query
from waybill_spark.events.canonical import text_of
from waybill_spark.events.record import Block
from waybill_spark.events.record import DeadLetter
from waybill_spark.events.record import record_of
from waybill_spark.events.rules import keeps


class Decoder:
    """Decodes blocks of one contract. Holds one single-threaded DuckDB connection; not thread-safe."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._rows = row_schema(contract)
        self._names = event_schema(contract).names
        self._query = canonical_query(contract)
        self._duckdb = duckdb.connect(config={"threads": 1})

    def decode(self, partition: int, messages: Sequence[Message]) -> Block:
        """``messages`` in offset order, none an error; the block's rows and dead letters keep that order."""
        values = [message.value() for message in messages]
        self._duckdb.register("block", pa.table({"v": _texts(values)}))
        found: pa.Table = self._duckdb.sql(self._query).to_arrow_table()
        taken = self._taken(found)
        events = found.select(self._names)
        if taken.true_count == len(messages):
            return Block(self._assemble(partition, events, messages), ())
        left = pc.indices_nonzero(pc.invert(taken)).to_pylist()
        verdicts = [(messages[i], judge(self._contract, values[i])) for i in left]
        dead = [DeadLetter(record_of(m), v.reason, v.detail) for m, v in verdicts if isinstance(v, Dead)]
        slow = [(message, v) for message, v in verdicts if not isinstance(v, Dead)]
        fast = [messages[i] for i in pc.indices_nonzero(taken).to_pylist()]
        rows = self._assemble(partition, events.filter(taken), fast)
        if slow:
            columns = {name: [getattr(event, name) for _, event in slow] for name in self._names}
            schema = pa.schema([self._rows.field(name) for name in self._names])
            also = self._assemble(partition, pa.table(columns, schema=schema), [m for m, _ in slow])
            rows = pa.concat_tables([rows, also]).sort_by("kafka_offset")
        return Block(rows, tuple(dead))

    def _taken(self, found: pa.Table) -> pa.BooleanArray:
        taken = pc.fill_null(found[CANONICAL], fill_value=False)
        for column in self._contract.columns:
            taken = pc.and_(taken, keeps(column, found[text_of(column)], found[column.name]))
        return taken.combine_chunks()

    def _assemble(self, partition: int, events: pa.Table, messages: Sequence[Message]) -> pa.Table:
        offsets: list[Any] = [message.offset() for message in messages]
        stamps = [message.timestamp()[1] for message in messages]
        coordinates = [
            pa.repeat(pa.scalar(partition, pa.int32()), len(messages)),
            pa.array(offsets, pa.int64()),
            pa.array(stamps, pa.timestamp("ms", tz="UTC")).cast(INSTANT),
        ]
        names = self._rows.names[len(self._names) :]
        return pa.table([*events.columns, *coordinates], names=[*self._names, *names]).cast(self._rows)


def _texts(values: Sequence[bytes | None]) -> pa.Array:
    given = pa.array(values, pa.binary())
    if pc.any(pc.starts_with(given, pattern=MAGIC)).as_py():
        given = pa.array([None if value is None else unframe(value) for value in values], pa.binary())
    try:
        return given.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([_text(value) for value in given.to_pylist()], pa.string())


def _text(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None
