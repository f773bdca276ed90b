"""From cut records to the contract's columns, and which of the records are rows for sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from waybill_contracts.columns import value_schema
from waybill_contracts.document import ContractDocument, DescribedValue, ListOf, Primitive, StructOf
from waybill_contracts.fast.column_values import ColumnValues
from waybill_contracts.fast.cuts import Cut, ListCut, ObjectCut, ValueCut
from waybill_contracts.fast.nulls import nulls_of, spread
from waybill_contracts.fast.record_bytes import RecordBytes, Truths, WholeNumbers, as_arrow, slices
from waybill_contracts.fast.texts import are_there, decoded, texts_of, tokens_of


@dataclass(frozen=True)
class ReadColumn:
    """A column, or a nested one, and which of its values are what the judge would have; the others mean nothing."""

    values: pa.Array
    kept: Truths


class ColumnReader:
    """Reads cuts of a block into columns. What it was told of a column once serves every block."""

    def __init__(self, document: ContractDocument) -> None:
        self._document = document
        self.schema = value_schema(document)
        self._columns: dict[int, ColumnValues] = {}
        for described, field in zip(document.root.fields, self.schema, strict=True):
            self._add(described, field.type)

    def _add(self, described: DescribedValue, of: pa.DataType) -> None:
        match described.type:
            case StructOf(fields):
                for at, one in enumerate(fields):
                    self._add(one, of.field(at).type)
            case ListOf(item):
                self._add(item, of.value_type)
            case Primitive():
                self._columns[described.id] = ColumnValues(described, self._document, of)

    def rows(self, cut: ObjectCut, block: RecordBytes) -> tuple[pa.Table, Truths]:
        found = self._fields(self._document.root, [*self.schema], cut, block)
        kept = np.logical_and.reduce([one.kept for one in found])
        return pa.Table.from_arrays([one.values for one in found], schema=self.schema), kept

    def _fields(
        self, of: StructOf, fields: list[pa.Field[Any]], cut: ObjectCut, block: RecordBytes
    ) -> list[ReadColumn]:
        found = []
        for one, field in zip(of.fields, fields, strict=True):
            value = self._at(one.place, one, field.type, cut, block)
            found.append(_required(value) if one.required else value)
        return found

    def _at(
        self,
        place: tuple[str, ...],
        described: DescribedValue,
        of: pa.DataType,
        cut: ObjectCut,
        block: RecordBytes,
    ) -> ReadColumn:
        """Of each of the objects in ``cut``, what stands at ``place``."""
        inner = cut.members.get(place[0])
        if inner is None:
            return _nulls(len(cut.inside), of)
        if len(place) == 1:
            return self._value(described, of, inner, block)
        if not isinstance(inner, ObjectCut):
            return ReadColumn(nulls_of(of, len(inner.start)), inner.null)
        return _spread(self._at(place[1:], described, of, inner, block), inner.inside, len(inner.start))

    def _value(self, described: DescribedValue, of: pa.DataType, cut: Cut, block: RecordBytes) -> ReadColumn:
        match described.type, cut:
            case StructOf(), ObjectCut():
                return self._struct(described.type, of, cut, block)
            case ListOf(item), ListCut():
                return self._list(described, item, of, cut, block)
            case Primitive(meaning="json"), _ if described.wire != "string":
                return ReadColumn(own_texts(cut, block), are_json(cut, block))
            case Primitive(), ValueCut():
                raw = raw_values(cut, block)
                values, kept = self._columns[described.id].read(
                    raw, is_text=cut.is_text, are_plain=block.are_plain
                )
                return ReadColumn(values, kept)
        return ReadColumn(nulls_of(of, len(cut.start)), cut.null)

    def _struct(self, kind: StructOf, of: pa.StructType, cut: ObjectCut, block: RecordBytes) -> ReadColumn:
        fields = [of.field(at) for at in range(of.num_fields)]
        found = self._fields(kind, fields, cut, block)
        kept = np.logical_and.reduce([one.kept for one in found])
        values = pa.StructArray.from_arrays([one.values for one in found], fields=fields)
        return _spread(ReadColumn(values, kept), cut.inside, len(cut.start))

    def _list(
        self,
        described: DescribedValue,
        item: DescribedValue,
        of: pa.ListType,
        cut: ListCut,
        block: RecordBytes,
    ) -> ReadColumn:
        count = len(cut.start)
        each = (
            _nulls(0, of.value_type)
            if cut.item is None
            else self._value(item, of.value_type, cut.item, block)
        )
        if item.required:
            each = _required(each)
        counts = np.bincount(cut.owner, minlength=count)
        kept = np.ones(count, np.bool_)
        kept[cut.owner[~each.kept]] = False
        least, most = (described.rules.get(one) for one in ("minItems", "maxItems"))
        kept &= cut.null | (counts >= (least if isinstance(least, int) else 0))
        kept &= cut.null | (counts <= (most if isinstance(most, int) else len(cut.owner)))
        offsets = np.zeros(count + 1, np.int32)
        np.cumsum(counts, out=offsets[1:])
        found = pa.ListArray.from_arrays(
            pa.Array.from_buffers(pa.int32(), count + 1, [None, pa.py_buffer(offsets)]),
            each.values,
            type=of,
            mask=as_arrow(cut.null) if cut.null.any() else None,
        )
        return ReadColumn(found, kept)


def _required(found: ReadColumn) -> ReadColumn:
    if not found.values.null_count:
        return found
    return ReadColumn(found.values, found.kept & are_there(found.values))


def _nulls(count: int, of: pa.DataType) -> ReadColumn:
    return ReadColumn(nulls_of(of, count), np.ones(count, np.bool_))


def _spread(found: ReadColumn, inside: WholeNumbers, count: int) -> ReadColumn:
    """Null for all but those ``inside``."""
    if len(inside) == count:
        return found
    kept = np.ones(count, np.bool_)
    kept[inside] = found.kept
    return ReadColumn(spread(found.values, inside, count), kept)


def raw_values(cut: ValueCut, block: RecordBytes) -> pa.BinaryArray:
    """The bytes of each; null for null."""
    return slices(block.data, cut.start, cut.end, cut.null)


def own_texts(cut: Cut, block: RecordBytes) -> pa.StringArray:
    """The record's own bytes, from the value's first to its last; null for null."""
    marks = int(isinstance(cut, ValueCut) and cut.is_text)
    there = ~cut.null
    return decoded(slices(block.data, cut.start - marks * there, cut.end + marks * there, cut.null))


def are_json(cut: Cut, block: RecordBytes) -> Truths:
    """Whether all that is in them is what JSON has there; the walk has looked at what is around the values alone."""
    match cut:
        case ValueCut():
            raw = raw_values(cut, block)
            texts = texts_of(raw, are_plain=block.are_plain) if cut.is_text else tokens_of(raw)
            return cut.null | are_there(texts)
        case ObjectCut():
            sound = np.ones(len(cut.start), np.bool_)
            for one in cut.members.values():
                sound[cut.inside] &= are_json(one, block)
            return sound
    sound = np.ones(len(cut.start), np.bool_)
    if cut.item is not None:
        sound[cut.owner[~are_json(cut.item, block)]] = False
    return sound
