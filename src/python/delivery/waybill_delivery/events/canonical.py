"""Records in the canonical spelling, cut into their fields' texts: a whole block at a time, by arithmetic on places.

Canonical is compact JSON: the contract's fields in their order and no others, no escapes, numbers in plain decimals. So
a record is fixed texts with values between them: ``{"id":"`` … ``","name":"`` … ``"}``. A text ends at the next
quotation mark, a number or null before it. Where each fixed text stands at its place, and the last one ends where the
record does, the record is one JSON object with exactly these members, if the values are what they may be: texts are
UTF-8 without escapes and control characters, the others numbers or null.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waybill_common.contract import LENGTH, MAGIC, Column, ColumnKind, Contract
from waybill_delivery.events.places import Booleans, Integers, Places, as_arrow, places_of, slices

_QUOTE = b'"'
_NULL = b"null"


@dataclass(frozen=True)
class CutRecords:
    """The records that are spelled so, but for what their values hold: ``found`` says which they are.

    ``texts`` has a column for each field, its bytes as they stand in the record; null for JSON's null.
    """

    found: pa.BooleanArray
    texts: tuple[pa.BinaryArray, ...]


@dataclass(frozen=True)
class _Field:
    """``before`` is the fixed text that the value follows, a text's opening quotation mark included."""

    before: bytes
    is_text: bool
    nullable: bool


class Spelling:
    """A contract's canonical spelling."""

    def __init__(self, contract: Contract) -> None:
        self._fields = tuple(_fields(contract.columns))
        ends_in_text = self._fields[-1].is_text and not self._fields[-1].nullable
        self._last = b'"}' if ends_in_text else b"}"

    def cut(self, given: pa.LargeBinaryArray) -> CutRecords:
        """``given`` are at least one record's values, framed or not. A null is none that is spelled so."""
        places = places_of(given)
        start = _after_frames(places)
        walk = _Walk(places, start, self._fields)
        found, spans = walk.to_the_end(self._last)
        if not found.all():
            spans = [span.of(found) for span in spans]
        return CutRecords(as_arrow(found), tuple(span.texts(places.data) for span in spans))


@dataclass(frozen=True)
class _Span:
    """Where a field's value begins and ends in each record, and where it is JSON's null."""

    start: Integers
    end: Integers
    null: Booleans | None

    def of(self, wanted: Booleans) -> _Span:
        null = None if self.null is None else self.null[wanted]
        return _Span(self.start[wanted], self.end[wanted], null)

    def texts(self, data: pa.Buffer) -> pa.BinaryArray:
        texts = slices(data, self.start, self.end)
        return texts if self.null is None else pc.if_else(as_arrow(self.null), None, texts)


class _Walk:
    """From each record's first byte to its last one: ``at`` is how far, ``mark`` which quotation mark comes next.

    ``good`` is false from the first place on where something else stands than has to; the places after that one mean
    nothing.
    """

    def __init__(self, places: Places, start: Integers, fields: tuple[_Field, ...]) -> None:
        self._places, self._fields = places, fields
        # A record that is not spelled so may have fewer of them than are passed here.
        self._marks = places.of_byte(_QUOTE, past_the_end=4 * len(fields) + 2)
        self._at = start
        self._mark = np.searchsorted(self._marks, start)
        self._good = np.ones(len(start), np.bool_)

    def to_the_end(self, last: bytes) -> tuple[Booleans, list[_Span]]:
        spans = []
        for index, field in enumerate(self._fields):
            self._pass(field.before)
            is_last = index == len(self._fields) - 1
            spans.append(self._optional(field, is_last) if field.nullable else self._required(field, is_last))
        self._pass(last)
        self._good &= self._at == self._places.end
        return self._good, spans

    def _pass(self, text: bytes) -> None:
        self._good &= self._places.stands(text, self._at)
        self._at = self._at + len(text)
        self._mark = self._mark + text.count(_QUOTE)

    def _required(self, field: _Field, is_last: bool) -> _Span:
        start = self._at
        self._at = self._marks[self._mark] if field.is_text else self._before_next(is_last)
        return _Span(start, self._at, None)

    def _optional(self, field: _Field, is_last: bool) -> _Span:
        null = self._places.stands(_NULL, self._at)
        after = self._at + len(_NULL)
        if not field.is_text:
            start, end = self._at, self._before_next(is_last)
            self._at = np.where(null, after, end)
            return _Span(start, self._at, null)
        self._good &= null | (self._marks[self._mark] == self._at)
        start, end = self._at + 1, self._marks[self._mark + 1]
        span = _Span(np.where(null, self._at, start), np.where(null, self._at, end), null)
        self._at = np.where(null, after, end + 1)
        self._mark = np.where(null, self._mark, self._mark + 2)
        return span

    def _before_next(self, is_last: bool) -> Integers:
        """Where a number or null ends: before the comma that the next name's quotation mark follows."""
        after = self._places.end if is_last else self._marks[self._mark]
        return np.maximum(self._at, after - 1)


def _after_frames(places: Places) -> Integers:
    framed = places.stands(MAGIC, places.start) & (places.start < places.end)
    return np.where(framed, np.minimum(places.start + LENGTH, places.end), places.start)


def _fields(columns: tuple[Column, ...]) -> Iterator[_Field]:
    closing = b""
    for index, column in enumerate(columns):
        is_text = column.kind is not ColumnKind.DOUBLE
        quoted = _QUOTE if is_text and not column.nullable else b""
        opening = b"," if index else b"{"
        yield _Field(
            closing + opening + f'"{column.name}":'.encode() + quoted,
            is_text=is_text,
            nullable=column.nullable,
        )
        closing = quoted
