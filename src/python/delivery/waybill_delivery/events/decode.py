"""Decoding a block against a model's contract: one vectorised pass, and ``judge`` for whatever that one doesn't take.

The pass accepts only records in canonical form (``canonical.py``) whose values keep the rules (``rules.py``); that
``judge`` accepts them with the same values follows from those two. So the verdict on a record never depends on its
neighbours, nor on which of the two paths took it; a property test holds the paths equal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc
from confluent_kafka import Message
from pydantic import BaseModel

from waybill_common.contract import Contract, Dead, judge
from waybill_common.contract.arrow import event_schema, row_schema
from waybill_delivery.events.canonical import Spelling
from waybill_delivery.events.field_values import read
from waybill_delivery.events.record import Block, DeadLetter, record_of
from waybill_delivery.events.stamps import calendar_of

_LONGEST = 65_536
"""Bytes of a record that the fast pass looks at; no record that keeps a contract of ours is nearly as long."""

_AT_ONCE = 2**23
"""Bytes of records that it looks at together: what it notes of them may take sixteen times as many."""


class Decoder:
    """Decodes blocks of one contract that is a model, of one lake format.

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
        self._events = event_schema(contract)
        self._names = self._events.names
        self._fast = fast
        self._watch = watch
        self._spelling = Spelling(contract)

    def decode(self, partition: int, messages: Sequence[Message]) -> Block:
        """See ``BlockDecoder``."""
        values = list(map(Message.value, messages))
        given = pa.array(values, pa.large_binary())
        sizes = sizes_of(given, messages)
        stamps = self._calendar.milliseconds_of(messages)
        instants, outside = self._calendar.column(stamps)
        offsets = pa.array(list(map(Message.offset, messages)), pa.int64())
        events, taken = self._canonical(_short(given))
        if outside is not None:
            inside = pc.invert(outside)
            events, taken = events.filter(inside.filter(taken)), pc.and_(taken, inside)
        if taken.true_count == len(messages):
            return Block(self._assemble(partition, events, offsets, instants), sizes, ())
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
        if slow:
            columns = {name: [getattr(event, name) for event in slow.values()] for name in self._names}
            at = pa.concat_arrays([at, pa.array(slow, at.type)])
            order = pc.sort_indices(at)
            at = at.take(order)
            events = pa.concat_tables([events, pa.table(columns, schema=self._events)]).take(order)
        rows = self._assemble(partition, events, offsets.take(at), instants.take(at))
        return Block(rows, sizes.take(at), tuple(dead))

    def _canonical(self, given: pa.LargeBinaryArray) -> tuple[pa.Table, pa.BooleanArray]:
        """Which records are canonical ones that keep the contract, and their events."""
        if not self._fast or not len(given):
            return self._events.empty_table(), pa.repeat(pa.scalar(False), len(given))  # noqa: FBT003
        if _bytes_of(given) > _AT_ONCE and len(given) > 1:
            half = len(given) // 2
            both = [self._canonical(part) for part in (given.slice(0, half), given.slice(half))]
            events, taken = zip(*both, strict=True)
            return pa.concat_tables(events), pa.concat_arrays(taken)
        cut = self._spelling.cut(given)
        columns = [read(column, raw) for column, raw in zip(self._contract.columns, cut.texts, strict=True)]
        kept = reduce(pc.and_, (kept for _, kept in columns))
        events = pa.table([values for values, _ in columns], schema=self._events)
        if pc.all(kept).as_py():
            return events, cut.found
        return events.filter(kept), pc.replace_with_mask(cut.found, cut.found, kept)

    def _assemble(
        self, partition: int, events: pa.Table, offsets: pa.Int64Array, instants: pa.Array
    ) -> pa.Table:
        columns = [
            *events.columns,
            pa.repeat(pa.scalar(partition, pa.int32()), len(offsets)),
            offsets,
            instants,
        ]
        return pa.table(columns, schema=self._rows)


def sizes_of(given: pa.LargeBinaryArray, messages: Sequence[Message]) -> pa.Int64Array:
    """Bytes of key and value of each record."""
    keys = pa.array(list(map(Message.key, messages)), pa.large_binary())
    return pc.add(*(pc.fill_null(pc.binary_length(one), 0) for one in (keys, given)))


def _short(given: pa.LargeBinaryArray) -> pa.LargeBinaryArray:
    """Null for what is too long to be canonical."""
    short = pc.less_equal(pc.binary_length(given), _LONGEST)
    return given if pc.all(short).as_py() is not False else pc.if_else(short, given, None)


def _bytes_of(given: pa.LargeBinaryArray) -> int:
    return pc.sum(pc.binary_length(given)).as_py() or 0
