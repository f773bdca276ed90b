"""From a field's bytes, as canonical records have them, to texts, values, and whether they keep the column's rules."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from waybill_common.contract import Column, ColumnKind
from waybill_common.contract.arrow import INSTANT
from waybill_delivery.events.rules import keeps

_NOT_PLAIN = r"[\x00-\x1f\\]"
"""What JSON has no room for in a text, and what begins an escape."""

_FIRST_PLAIN = 0x20

_NUMBER = r"^(-?(0|[1-9][0-9]{0,14})\.[0-9]{1,17}|0|-?[1-9][0-9]{0,14})$"
"""Plain decimals that every library reads as the nearest float64. ``-0`` is 0.0 for judge, and -0.0 for Arrow."""

_LOOKED_AT = 500
_FEW = 0.25
"""Share of distinct texts up to which it is cheaper to look at each once."""


def read(column: Column, raw: pa.BinaryArray) -> tuple[pa.Array, pa.BooleanArray]:
    """The column's values, and which of them are what ``judge`` would read; the others mean nothing."""
    if column.kind is ColumnKind.DOUBLE:
        return _numbers(column, raw)
    texts, plain = _plain_texts(raw)
    if _is_slow(column) and pc.count_distinct(texts.slice(0, _LOOKED_AT)).as_py() <= _FEW * _LOOKED_AT:
        encoded = texts.dictionary_encode()
        values, kept = _read_texts(column, encoded.dictionary)
        values, kept = values.take(encoded.indices), kept.take(encoded.indices)
        kept = pc.fill_null(kept, column.nullable)
    else:
        values, kept = _read_texts(column, texts)
    return values, kept if plain is None else pc.and_(kept, plain)


def _is_slow(column: Column) -> bool:
    return column.pattern is not None or column.kind is ColumnKind.INSTANT


def _read_texts(column: Column, texts: pa.StringArray) -> tuple[pa.Array, pa.BooleanArray]:
    values = _instants(column, texts) if column.kind is ColumnKind.INSTANT else texts
    return values, keeps(column, texts, values)


def _plain_texts(raw: pa.BinaryArray) -> tuple[pa.StringArray, pa.BooleanArray | None]:
    """The texts, and which of them are as they stand in the record, if not all are; the others are null."""
    plain = None
    if not _has_plain_bytes(raw):
        plain = pc.fill_null(pc.invert(pc.match_substring_regex(raw, _NOT_PLAIN)), fill_value=True)
        raw = pc.if_else(plain, raw, None)
    try:
        return raw.cast(pa.string()), plain
    except pa.ArrowInvalid:
        texts = pa.array([_text(one) for one in raw.to_pylist()], pa.string())
        decoded = pc.equal(pc.is_null(texts), pc.is_null(raw))
        return texts, decoded if plain is None else pc.and_(plain, decoded)


def _has_plain_bytes(raw: pa.BinaryArray) -> bool:
    data = raw.buffers()[2]
    if data is None or not data.size:
        return True
    units = pa.Array.from_buffers(pa.uint8(), data.size, [None, data])
    return bool(pc.min_max(units)["min"].as_py() >= _FIRST_PLAIN) and b"\\" not in data.to_pybytes()


def _text(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def _numbers(column: Column, raw: pa.BinaryArray) -> tuple[pa.DoubleArray, pa.BooleanArray]:
    spelled = pc.match_substring_regex(raw, _NUMBER)
    if not pc.all(spelled).as_py():
        raw = pc.if_else(spelled, raw, None)
    values = raw.cast(pa.string()).cast(pa.float64())
    kept = keeps(column, raw, values)
    return values, pc.and_(kept, pc.fill_null(spelled, column.nullable))


def _instants(column: Column, texts: pa.StringArray) -> pa.TimestampArray:
    """Null for what is none. The pattern leaves days that no calendar has."""
    if column.pattern is None:
        raise ValueError(f"{column.name} is an instant, and no pattern says how it is spelled")
    spelled = pc.match_substring_regex(texts, column.pattern)
    if not pc.all(spelled).as_py():
        texts = pc.if_else(spelled, texts, None)
    try:
        return texts.cast(INSTANT)
    except pa.ArrowInvalid:
        days = pc.utf8_slice_codeunits(texts, 0, len("YYYY-MM-DD"))
        known = [day for day in days.unique().to_pylist() if day is not None and _is_day(day)]
        return pc.if_else(pc.is_in(days, pa.array(known, pa.string())), texts, None).cast(INSTANT)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
