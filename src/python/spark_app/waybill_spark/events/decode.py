"""Decoding a block against the contract: one vectorised pass, and ``judge`` for whatever that one doesn't take.

The pass accepts only records in canonical form (compact JSON, the contract's fields in order, no more), whose
acceptance by ``judge`` with the same values follows from the checks in the SQL below. So the verdict on a record
never depends on its neighbours, nor on which of the two paths took it; a property test holds the paths equal.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from waybill_common.contract import Column
from waybill_common.contract import Contract
from waybill_common.contract import Dead
from waybill_common.contract import Kind
from waybill_common.contract import judge
from waybill_common.contract.arrow import INSTANT
from waybill_common.contract.arrow import event_schema
from waybill_common.contract.arrow import row_schema
from waybill_common.contract.framing import unframe
from waybill_spark.events.record import Block
from waybill_spark.events.record import DeadLetter
from waybill_spark.events.record import Record

_JSON_TYPES = {
    Kind.STRING: ("VARCHAR",),
    Kind.INSTANT: ("VARCHAR",),
    Kind.DOUBLE: ("DOUBLE", "BIGINT", "UBIGINT"),
}


class Decoder:
    """Decodes blocks of one contract. Holds one single-threaded DuckDB connection; not thread-safe."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._events = event_schema(contract)
        self._rows = row_schema(contract)
        self._query = fast_query(contract)
        self._duckdb = duckdb.connect(config={"threads": 1})

    def decode(self, partition: int, records: Sequence[Record]) -> Block:
        """``records`` in offset order; the block's rows and dead letters keep that order."""
        taken, events = self._fast(records)
        left = sorted(set(range(len(records))) - set(taken))
        verdicts = [(index, judge(self._contract, records[index].value)) for index in left]
        dead = tuple(DeadLetter(records[i], v.reason, v.detail) for i, v in verdicts if isinstance(v, Dead))
        slow = [(i, v) for i, v in verdicts if not isinstance(v, Dead)]
        if slow:
            columns = {name: [getattr(v, name) for _, v in slow] for name in self._events.names}
            events = pa.concat_tables([events, pa.table(columns, schema=self._events)])
            taken = [*taken, *(index for index, _ in slow)]
            order = pc.sort_indices(pa.array(taken, pa.int64()))
            events, taken = events.take(order), sorted(taken)
        return Block(rows=self._with_coordinates(partition, events, [records[i] for i in taken]), dead=dead)

    def _fast(self, records: Sequence[Record]) -> tuple[list[int], pa.Table]:
        texts = _texts(records)
        block = pa.table({"i": pa.array(range(len(records)), pa.int64()), "v": texts})
        self._duckdb.register("block", block)
        found: pa.Table = self._duckdb.sql(self._query).to_arrow_table()
        return found["i"].to_pylist(), found.drop_columns(["i"]).cast(self._events)

    def _with_coordinates(self, partition: int, events: pa.Table, records: Sequence[Record]) -> pa.Table:
        coordinates = [
            pa.array([partition] * len(records), pa.int32()),
            pa.array([record.offset for record in records], pa.int64()),
            pa.array([record.timestamp for record in records], pa.timestamp("ms", tz="UTC")).cast(INSTANT),
        ]
        return pa.table([*events.columns, *coordinates], schema=self._rows)


def fast_query(contract: Contract) -> str:
    """SQL from ``block(i, v)`` to the accepted rows, in order of ``i``.

    ``json(v) = v`` rules out white space, trailing commas, escapes and number spellings that two parsers could
    read differently; equal key lists rule out unknown, missing, repeated and reordered fields.
    """
    names = [column.name for column in contract.columns]
    canonical = " AND ".join(
        [
            "json(v)::VARCHAR = v",
            f"json_keys(v) = {_list(names)}",
            "position('\\u0000' IN v) = 0",
            *(_type_check(index, column) for index, column in enumerate(contract.columns, start=1)),
        ]
    )
    paths = _list([f"$.{name}" for name in names])
    fields = ",".join(
        f'"{c.name}":"{"DOUBLE" if c.kind is Kind.DOUBLE else "VARCHAR"}"' for c in contract.columns
    )
    rules = " AND ".join(_value_check(column) for column in contract.columns)
    output = ", ".join(_output(column) for column in contract.columns)
    # Each CASE keeps the functions behind it from ever seeing a record that is not JSON, or not canonical.
    return f"""
        WITH typed AS MATERIALIZED (
            SELECT i, v, CASE WHEN json_valid(v) THEN json_type(v, {paths}) END AS t FROM block
        ), canonical AS MATERIALIZED (
            SELECT i, CASE WHEN t IS NOT NULL THEN CASE WHEN {canonical} THEN from_json(v, '{{{fields}}}') END END AS s
            FROM typed
        ), accepted AS (
            SELECT i, s FROM canonical WHERE s IS NOT NULL AND {rules}
        )
        SELECT i, {output} FROM accepted ORDER BY i
    """  # noqa: S608  # built from the contract alone


def _texts(records: Sequence[Record]) -> pa.Array:
    # A look at the first byte is a fifth of a call's price, and most values have no frame.
    values = [
        unframe(value) if value and value[0] == 0 else value
        for record in records
        for value in (record.value,)
    ]
    try:
        return pa.array(values, pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([_text(value) for value in values], pa.string())


def _text(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def _type_check(index: int, column: Column) -> str:
    allowed = (*_JSON_TYPES[column.kind], *(("NULL",) if column.nullable else ()))
    return f"t[{index}] IN ({', '.join(_text_literal(one) for one in allowed)})"


def _value_check(column: Column) -> str:
    field = f's."{column.name}"'
    checks = []
    if column.pattern is not None:
        checks.append(f"regexp_full_match({field}, {_text_literal(column.pattern)})")
    if column.choices:
        checks.append(f"{field} IN ({', '.join(_text_literal(one) for one in column.choices)})")
    if column.min_length is not None:
        checks.append(f"length({field}) >= {column.min_length}")
    if column.max_length is not None:
        checks.append(f"length({field}) <= {column.max_length}")
    if column.kind is Kind.DOUBLE:
        checks.append(f"isfinite({field})")
    if column.minimum is not None:
        checks.append(f"{field} >= {column.minimum}")
    if column.maximum is not None:
        checks.append(f"{field} <= {column.maximum}")
    if column.kind is Kind.INSTANT:
        checks.append(f"TRY_CAST({field} AS TIMESTAMP) BETWEEN '0001-01-01' AND '9999-12-31 23:59:59.999999'")
    rule = " AND ".join(f"coalesce({check}, false)" for check in checks) or "true"
    return f"({field} IS NULL OR ({rule}))" if column.nullable else f"({field} IS NOT NULL AND {rule})"


def _output(column: Column) -> str:
    field = f's."{column.name}"'
    if column.kind is Kind.INSTANT:
        return f'TRY_CAST({field} AS TIMESTAMP) AS "{column.name}"'
    return f'{field} AS "{column.name}"'


def _list(items: Sequence[str]) -> str:
    return "[" + ", ".join(_text_literal(item) for item in items) + "]"


def _text_literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
