"""Rows of a block of Avro whose records name their schemas: those of one schema are read side by side."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from waybill_common.contract import SchemaId
from waybill_contracts.columns import value_schema
from waybill_contracts.fast.avro_paths import AvroPaths
from waybill_contracts.fast.fast_rows import FastRows
from waybill_contracts.fast.record_bytes import WholeNumbers, as_arrow
from waybill_contracts.fast.written_ids import Codes, written_ids
from waybill_contracts.judging import HeaderBytes, Writers

_MOST_SCHEMAS = 64
"""Of a block. To read a few records side by side costs as much as to read thousands."""

_FEW = 16
"""Records of a schema that are left to the judge, where others have more."""


class WritersPaths:
    """One commit's; see ``FastPaths``. What is read of a schema is kept by ``Writers.known``."""

    def __init__(self, writers: Writers) -> None:
        self._writers = writers
        self._document = writers.known.document
        self._schema = value_schema(self._document)

    def read(self, values: pa.LargeBinaryArray, headers: Iterable[HeaderBytes]) -> FastRows:
        written = written_ids(values, self._document.value, headers)
        found: list[tuple[WholeNumbers, FastRows]] = []
        for code in _commonest(written.codes[written.framed]):
            paths = self._of(written.id_of(code))
            if paths is None:
                continue
            at = np.flatnonzero(written.framed & (written.codes == np.uint64(code)))
            whole = len(at) == len(values)
            found.append((at, paths.read(values if whole else values.take(as_arrow(at)))))
        return self._together(found, len(values))

    def _of(self, one: SchemaId) -> AvroPaths | None:
        sha256 = self._writers.schemas.get(one)
        if sha256 is None:
            return None
        kept = self._writers.known.fast
        if sha256 not in kept:
            root = self._writers.type_of(one)
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


def _commonest(codes: Codes) -> list[int]:
    """Those that many records have, in their order."""
    found, counts = np.unique(codes, return_counts=True)
    if len(found) > 1:
        found, counts = found[counts >= _FEW], counts[counts >= _FEW]
    if len(found) > _MOST_SCHEMAS:
        found = np.sort(found[np.argsort(counts)[-_MOST_SCHEMAS:]])
    return [int(one) for one in found]
