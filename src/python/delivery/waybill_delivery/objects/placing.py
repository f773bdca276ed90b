"""Which folder each row of a table goes to: what ``folder_of`` says of one row, for many at once.

Of each key only the different periods or values are looked at; how many folders there can be follows from document and
manifest alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waybill_common.ledger import parse_window
from waybill_contracts.document import ContractDocument, FolderKey
from waybill_contracts.fast import as_arrow
from waybill_contracts.judging import HOUR_MICROS, FolderWindow, folder_name, holds_days

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Placed:
    """``folders`` in the order of their paths; ``at`` says of each row which one is its."""

    folders: tuple[str, ...]
    at: pa.Int64Array

    def rows_in(self, index: int) -> pa.BooleanArray:
        return pc.equal(self.at, index)


class Folders:
    """Those of one contract in one commit. ``window`` is the manifest's; without one each period has a folder."""

    def __init__(self, document: ContractDocument, window: tuple[str, str] | None) -> None:
        first, last = parse_window(window) if window is not None else (None, None)
        self._window = FolderWindow()
        if first is not None and last is not None:
            self._window = FolderWindow(first.toordinal() - _EPOCH, last.toordinal() - _EPOCH)
        self._keys = [(one, holds_days(document, one)) for one in document.partition_by]

    def of(self, rows: pa.Table) -> Placed:
        if not len(rows):
            return Placed((), pa.array([], pa.int64()))
        found = [self._key(rows, key, days=days) for key, days in self._keys]
        if not found:
            return Placed(("",), as_arrow(np.zeros(len(rows), np.int64)))
        names, at = found[0]
        for more, codes in found[1:]:
            at = pc.add(pc.multiply(at, len(more)), codes)
            names = [f"{one}/{other}" for one in names for other in more]
        return _in_order(names, at)

    def _key(self, rows: pa.Table, key: FolderKey, *, days: bool) -> tuple[list[str], pa.Int64Array]:
        column = rows[key.column].combine_chunks()
        values, judged = _told_apart(column, key, days=days)
        encoded = values.dictionary_encode(null_encoding="encode")
        names = [
            folder_name(key, judged(one), self._window, is_date=days)
            for one in encoded.dictionary.to_pylist()
        ]
        return names, encoded.indices.cast(pa.int64())


def _told_apart(
    column: pa.Array, key: FolderKey, *, days: bool
) -> tuple[pa.Array, Callable[[int | str | bool | None], int | str | bool | None]]:
    """Values of which each has one folder, and what the judge would have in their place."""
    if key.transform == "identity":
        return column, lambda one: one
    if key.transform == "hour":
        hours = np.floor_divide(_micros(column), HOUR_MICROS)
        return _with_nulls(hours, column), lambda one: None if one is None else int(one) * HOUR_MICROS
    numbers = column.cast(pa.date32()).view(pa.int32())
    if days:
        return numbers, lambda one: one
    return numbers, lambda one: None if one is None else int(one) * 24 * HOUR_MICROS


def _micros(column: pa.Array) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    found: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
    found = pc.fill_null(column.view(pa.int64()), 0).to_numpy(zero_copy_only=False)
    return found


def _with_nulls(values: np.ndarray[tuple[int, ...], np.dtype[np.int64]], like: pa.Array) -> pa.Array:
    made = as_arrow(values)
    return made if not like.null_count else pc.if_else(like.is_valid(), made, None)


def _in_order(names: Sequence[str], at: pa.Int64Array) -> Placed:
    """Several values may share a name, and of two keys not each pair is there."""
    there = pc.unique(at).to_pylist()
    folders = sorted({names[one] for one in there})
    place = {name: index for index, name in enumerate(folders)}
    new = np.zeros(len(names), np.int64)
    new[there] = [place[names[one]] for one in there]
    return Placed(tuple(folders), as_arrow(new).take(at))
