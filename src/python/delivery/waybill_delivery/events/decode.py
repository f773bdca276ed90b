"""Decoding a block against the contract: one vectorised pass, and ``judge`` for whatever that one doesn't take.

The pass accepts only records in canonical form (``canonical.py``) whose values keep the rules (``rules.py``); that
``judge`` accepts them with the same values follows from those two. So the verdict on a record never depends on its
neighbours, nor on which of the two paths took it; a property test holds the paths equal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from confluent_kafka import Message
from pydantic import BaseModel

from waybill_common.contract import MAGIC, Contract, Dead, judge, unframe
from waybill_common.contract.arrow import event_schema, row_schema
from waybill_delivery.events.canonical import CANONICAL, beginning_of, canonical_query, text_of
from waybill_delivery.events.record import Block, DeadLetter, record_of
from waybill_delivery.events.rules import keeps
from waybill_delivery.events.stamps import calendar_of

_LONGEST = 65_536
"""Bytes of a record that the fast pass looks at; no record that keeps a contract of ours is nearly as long."""


class Decoder:
    """Decodes blocks of one contract and lake format. Holds one single-threaded DuckDB connection; not thread-safe.

    With ``fast`` off every record goes by ``judge`` alone, and no other library looks into its value. ``watch`` is told
    the offset of each record that ``judge`` is about to see.
    """

    def __init__(
        self,
        contract: Contract,
        format: int = 3,  # noqa: A002  # the ledger's word for it
        *,
        fast: bool = True,
        watch: Callable[[int], object] = lambda _offset: None,
    ) -> None:
        self._contract = contract
        self._calendar = calendar_of(format)
        self._rows = row_schema(contract, format)
        self._names = event_schema(contract).names
        self._fast = fast
        self._watch = watch
        self._beginning = beginning_of(contract)
        self._query = canonical_query(contract)
        self._duckdb = duckdb.connect(config={"threads": 1})

    def decode(self, partition: int, messages: Sequence[Message]) -> Block:
        """``messages`` in offset order, none an error; the block's rows and dead letters keep that order."""
        values = [message.value() for message in messages]
        given = pa.array(values, pa.binary())
        sizes = _sizes(given, messages)
        stamps = self._calendar.milliseconds_of(messages)
        instants, outside = self._calendar.column(stamps)
        events, taken = self._canonical(given, values)
        if outside is not None:
            taken = pc.and_(taken, pc.invert(outside))
        if taken.true_count == len(messages):
            return Block(self._assemble(partition, events, messages, instants), sizes, ())
        dead: list[DeadLetter] = []
        slow: dict[int, BaseModel] = {}
        milliseconds, misfit = stamps.to_pylist(), outside.to_pylist() if outside is not None else None
        for index in pc.indices_nonzero(pc.invert(taken)).to_pylist():
            self._watch(messages[index].offset())
            verdict = judge(self._contract, values[index])
            if misfit is not None and misfit[index]:
                verdict = self._calendar.dead(verdict)
            if isinstance(verdict, Dead):
                record = record_of(messages[index], milliseconds[index])
                dead.append(DeadLetter(record, verdict.reason, verdict.detail))
            else:
                slow[index] = verdict
        at = pc.indices_nonzero(taken)
        events = events.filter(taken)
        if slow:
            columns = {name: [getattr(event, name) for event in slow.values()] for name in self._names}
            schema = pa.schema([self._rows.field(name) for name in self._names])
            at = pa.concat_arrays([at, pa.array(slow, at.type)])
            order = pc.sort_indices(at)
            at = at.take(order)
            events = pa.concat_tables([events.cast(schema), pa.table(columns, schema=schema)]).take(order)
        kept = [messages[index] for index in at.to_pylist()]
        return Block(self._assemble(partition, events, kept, instants.take(at)), sizes.take(at), tuple(dead))

    def _canonical(self, given: pa.Array, values: Sequence[bytes | None]) -> tuple[pa.Table, pa.BooleanArray]:
        """The events, and which of them are what ``judge`` would say; the others' columns mean nothing."""
        if not self._fast:
            nothing = [pa.nulls(len(values), self._rows.field(name).type) for name in self._names]
            return pa.table(nothing, names=self._names), pa.repeat(pa.scalar(False), len(values))  # noqa: FBT003
        texts = _texts(given, values, self._beginning)
        self._duckdb.register("block", pa.table({"v": texts}))
        found: pa.Table = self._duckdb.sql(self._query).to_arrow_table()
        taken = pc.fill_null(found[CANONICAL], fill_value=False)
        for column in self._contract.columns:
            taken = pc.and_(taken, keeps(column, found[text_of(column)], found[column.name]))
        return found.select(self._names), taken.combine_chunks()

    def _assemble(
        self, partition: int, events: pa.Table, messages: Sequence[Message], instants: pa.Array
    ) -> pa.Table:
        offsets: list[Any] = [message.offset() for message in messages]
        coordinates = [
            pa.repeat(pa.scalar(partition, pa.int32()), len(messages)),
            pa.array(offsets, pa.int64()),
            instants,
        ]
        names = self._rows.names[len(self._names) :]
        return pa.table([*events.columns, *coordinates], names=[*self._names, *names]).cast(self._rows)


def _sizes(given: pa.Array, messages: Sequence[Message]) -> pa.Array:
    """Bytes of key and value of each record."""
    keys = pa.array([message.key() for message in messages], pa.binary())
    both = (pc.fill_null(pc.binary_length(one), 0).cast(pa.int64()) for one in (keys, given))
    return pc.add(*both)


def _texts(given: pa.Array, values: Sequence[bytes | None], beginning: bytes) -> pa.Array:
    """What may be canonical, for its beginning and its length; null for the rest, which no library here shall see."""
    if pc.any(pc.starts_with(given, pattern=MAGIC)).as_py():
        given = pa.array([None if value is None else unframe(value) for value in values], pa.binary())
    likely = pc.and_(
        pc.starts_with(given, pattern=beginning), pc.less_equal(pc.binary_length(given), _LONGEST)
    )
    if not pc.all(likely, skip_nulls=False).as_py():
        given = pc.if_else(likely, given, None)
    try:
        return given.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([_text(value) for value in given.to_pylist()], pa.string())


def _text(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None
