"""Rows by a column's values, read from exactly the objects that receipts name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads
from pyarrow import fs

from waybill_common.errors import AuditFailed, SettingsRefused
from waybill_common.settings import Settings
from waybill_ops.audit import LakeReader
from waybill_ops.file_system import FileSystems
from waybill_ops.receipts.counted_values import counted_values
from waybill_ops.receipts.receipts_summary import ListedObject

_AT_ONCE = 64
"""Objects that one file system reads: the next ones get a new one where its keys would expire."""

_READERS = 4
"""Objects that are read at a time, each a row group after the other."""

Names = tuple[str, ...]


def rows_by(settings: Settings, column: str, objects: Sequence[ListedObject]) -> dict[str, int]:
    """``{value: rows}``, the most frequent first; ``column`` may be a field in columns of structs, ``a.b.c``. Memory is
    bounded by a few row groups, not by the objects.

    Raises ``SettingsRefused`` for a column that there is none of, ``AuditFailed`` where the objects have other rows
    than their receipts say, or can't be read, ``LakeRefused`` and ``LakeUnavailable``.
    """
    data = [one.entry for one in objects if one.kind == "data"]
    if not data:
        return {}
    lake = LakeReader(settings.lake, settings.stream.name)
    for one in data:
        lake.require_file(one.key)
    systems = FileSystems(settings.lake)
    folder = f"{systems.location.url.text}/{settings.stream.name}"
    counts: Counter[str] = Counter()
    lacking: list[Names] = []
    for some in (data[at : at + _AT_ONCE] for at in range(0, len(data), _AT_ONCE)):
        paths = [f"{systems.base}/{settings.stream.name}/{one.key}" for one in some]
        try:
            found, names = systems.asked(
                folder, f"reading {len(data)} objects", partial(_counted, column, paths)
            )
        except pa.ArrowException as error:
            raise AuditFailed(
                f"An object below {folder} that a receipt names can't be read: {str(error)[:300]}.",
                allowed="Parquet files of one contract's rows, unaltered.",
                remedy="run `waybill verify`, which names each object that was altered.",
            ) from error
        counts += found
        lacking.append(names)
    if all(lacking):
        raise SettingsRefused(
            f"--by {column} names no column of these objects.",
            allowed=", ".join(dict.fromkeys(name for names in lacking for name in names))
            + "; a field in a column: "
            "column.field.",
            remedy="name one of these.",
        )
    promised = sum(one.rows for one in data)
    if counts.total() != promised:
        raise AuditFailed(
            f"{len(data)} objects below {folder} hold {counts.total()} rows, their receipts say {promised}.",
            allowed="the rows that receipts name, unaltered.",
            remedy="run `waybill verify`, which names each object that was altered.",
        )
    return dict(counts.most_common())


def _counted(column: str, paths: Sequence[str], system: fs.FileSystem) -> tuple[Counter[str], Names]:
    """Also the columns' names, where no object has the column: an object of an older version may lack it."""
    with ThreadPoolExecutor(_READERS, thread_name_prefix="objects") as pool:
        found = [*pool.map(partial(_counted_in, column.split("."), system), paths)]
    counts: Counter[str] = Counter()
    for one, _ in found:
        counts += one
    names = {name: None for _, lacking in found for name in lacking}
    return counts, (*names,) if all(lacking for _, lacking in found) else ()


def _counted_in(way: Sequence[str], system: fs.FileSystem, path: str) -> tuple[Counter[str], Names]:
    stored = pads.dataset([path], filesystem=system, format="parquet")
    if not _has(stored.schema, way):
        return Counter({"": stored.count_rows()}), tuple(stored.schema.names)
    counts: Counter[str] = Counter()
    for batch in stored.to_batches(columns=[way[0]]):
        values = batch.column(0)
        for name in way[1:]:
            values = pc.struct_field(values, [name])
        counts += counted_values(values)
    return counts, ()


def _has(fields: Any, way: Sequence[str]) -> bool:
    """Whether a column, or a field in columns of structs, lies there. ``fields`` are a schema's or a struct's."""
    at = fields.get_field_index(way[0])
    if at < 0 or len(way) == 1:
        return bool(at >= 0)
    return pa.types.is_struct(fields.field(at).type) and _has(fields.field(at).type, way[1:])
