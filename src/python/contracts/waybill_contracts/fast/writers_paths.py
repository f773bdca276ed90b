"""Rows of a block of Avro whose records name their schemas: those of one schema are read side by side."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waybill_contracts.columns import value_schema
from waybill_contracts.fast.avro_paths import AvroPaths
from waybill_contracts.fast.fast_rows import FastRows
from waybill_contracts.fast.record_bytes import Truths, WholeNumbers, as_arrow, as_booleans
from waybill_contracts.judging import Writers, beginning_of

_MOST_SCHEMAS = 64
"""Of a block. To read a few records side by side costs as much as to read thousands."""

_FEW = 16
"""Records of a schema that are left to the judge, where others have more."""

Ids = npt.NDArray[np.uint64]


class WritersPaths:
    """One commit's; see ``FastPaths``. What is read of a schema is kept by ``Writers.known``."""

    def __init__(self, writers: Writers) -> None:
        self._writers = writers
        self._document = writers.known.document
        self._schema = value_schema(self._document)

    def read(self, values: pa.LargeBinaryArray) -> FastRows:
        ids, framed = ids_in(values, self._document.value.frame)
        found: list[tuple[WholeNumbers, FastRows]] = []
        for number in _commonest(ids[framed]):
            paths = self._of(number)
            if paths is None:
                continue
            at = np.flatnonzero(framed & (ids == np.uint64(number)))
            whole = len(at) == len(values)
            found.append((at, paths.read(values if whole else values.take(as_arrow(at)))))
        return self._together(found, len(values))

    def _of(self, number: int) -> AvroPaths | None:
        sha256 = self._writers.schemas.get(number)
        if sha256 is None:
            return None
        kept = self._writers.known.fast
        if sha256 not in kept:
            root = self._writers.type_of(number)
            if len(kept) >= _MOST_SCHEMAS:
                del kept[next(iter(kept))]
            kept[sha256] = None if root is None else AvroPaths(self._document, root)
        paths: AvroPaths | None = kept[sha256]
        return paths

    def _together(self, found: list[tuple[WholeNumbers, FastRows]], count: int) -> FastRows:
        if len(found) == 1 and len(found[0][0]) == count:
            return found[0][1]
        taken = np.zeros(count, np.bool_)
        places = [at[read.taken] for at, read in found]
        rows = pa.concat_tables([self._schema.empty_table(), *(read.rows for _, read in found)])
        if places:
            at = np.concatenate(places)
            taken[at] = True
            if (np.diff(at) < 0).any():
                rows = rows.take(as_arrow(np.argsort(at)))
        return FastRows(taken, rows, pa.chunked_array([pa.nulls(len(rows), pa.string())]))


def ids_in(values: pa.LargeBinaryArray, frame: str | None) -> tuple[Ids, Truths]:
    """The id in each value's frame, and which of them have one."""
    begin, length = beginning_of(frame, is_old=False)
    _, offsets, data = values.buffers()
    both = np.frombuffer(offsets, np.int64)[values.offset : values.offset + len(values) + 1]
    units = np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)
    framed = as_booleans(values.is_valid()) & (both[1:] - both[:-1] > length)
    ids = np.zeros(len(values), np.uint64)
    at = both[:-1][framed]
    is_one = np.ones(len(at), np.bool_)
    for place, unit in enumerate(begin):
        is_one &= units[at + place] == unit
    framed[framed] = is_one
    at = at[is_one]
    number = np.zeros(len(at), np.uint64)
    for place in range(len(begin), length):
        number = (number << np.uint64(8)) | units[at + place].astype(np.uint64)
    ids[framed] = number
    return ids, framed


def _commonest(ids: Ids) -> list[int]:
    """Those that many records have, in the order of their numbers."""
    found, counts = np.unique(ids, return_counts=True)
    if len(found) > 1:
        found, counts = found[counts >= _FEW], counts[counts >= _FEW]
    if len(found) > _MOST_SCHEMAS:
        found = np.sort(found[np.argsort(counts)[-_MOST_SCHEMAS:]])
    return [int(one) for one in found]
