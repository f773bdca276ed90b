"""Which writer's schema each value of a block names: by its first bytes, or by a header of its record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waybill_common.contract import SchemaId
from waybill_contracts.document import ValueFormat
from waybill_contracts.fast.record_bytes import Truths, as_booleans
from waybill_contracts.judging import HeaderBytes, beginning_of, has_header_ids, header_id

Codes = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class WrittenIds:
    """``codes`` says it of each value that is ``framed``: the number itself, or a place in ``listed``."""

    codes: Codes
    framed: Truths
    listed: tuple[SchemaId, ...] | None = None

    def id_of(self, code: int) -> SchemaId:
        return code if self.listed is None else self.listed[code]

    def different(self) -> set[SchemaId]:
        return {self.id_of(code) for code in np.unique(self.codes[self.framed]).tolist()}


def written_ids(values: pa.LargeBinaryArray, form: ValueFormat, headers: Iterable[HeaderBytes]) -> WrittenIds:
    """``headers`` are those of the values' records. Nobody looks at them where ids stand before values."""
    return _by_headers(values, headers) if has_header_ids(form) else _by_values(values, form.frame)


def _by_headers(values: pa.LargeBinaryArray, headers: Iterable[HeaderBytes]) -> WrittenIds:
    places: dict[SchemaId | None, int] = {}
    codes = np.fromiter((places.setdefault(header_id(one), len(places)) for one in headers), np.uint64)
    framed = as_booleans(pc.greater(pc.binary_length(values), 0))
    if None in places:
        framed &= codes != np.uint64(places[None])
    return WrittenIds(codes, framed, tuple("" if one is None else one for one in places))


def _by_values(values: pa.LargeBinaryArray, frame: str | None) -> WrittenIds:
    begin, length = beginning_of(frame, is_old=False)
    _, offsets, data = values.buffers()
    both = np.frombuffer(offsets, np.int64)[values.offset : values.offset + len(values) + 1]
    units = np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)
    framed = as_booleans(values.is_valid()) & (both[1:] - both[:-1] > length)
    codes = np.zeros(len(values), np.uint64)
    at = both[:-1][framed]
    is_one = np.ones(len(at), np.bool_)
    for place, unit in enumerate(begin):
        is_one &= units[at + place] == unit
    framed[framed] = is_one
    at = at[is_one]
    number = np.zeros(len(at), np.uint64)
    for place in range(len(begin), length):
        number = (number << np.uint64(8)) | units[at + place].astype(np.uint64)
    codes[framed] = number
    return WrittenIds(codes, framed)
