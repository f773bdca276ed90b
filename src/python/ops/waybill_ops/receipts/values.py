"""Rows by a column's values, read from exactly the objects that receipts name."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads
from pyarrow import fs

from waybill_common.errors import AuditFailed, SettingsRefused
from waybill_common.settings import Settings
from waybill_ops.audit import LakeReader
from waybill_ops.dead_letters import format_micros
from waybill_ops.file_system import FileSystems
from waybill_ops.receipts.receipts_summary import ListedObject

_AT_ONCE = 64
"""Objects that one file system reads: the next ones get a new one where its keys would expire."""


def rows_by(settings: Settings, dataset: str, column: str, objects: Sequence[ListedObject]) -> dict[str, int]:
    """``{value: rows}`` of a dataset, the most frequent first. Memory is bounded by a row group, not by the objects.

    Raises ``SettingsRefused`` for a column that there is none of, ``AuditFailed`` where the objects have other rows
    than their receipts say, or can't be read, ``LakeRefused`` and ``LakeUnavailable``.
    """
    data = [one.entry for one in objects if one.kind == "data"]
    if not data:
        return {}
    lake = LakeReader(settings.lake, dataset)
    for one in data:
        lake.require_file(one.key)
    systems = FileSystems(settings.lake)
    folder = f"{systems.location.url.text}/{dataset}"
    counts: Counter[str] = Counter()
    for some in (data[at : at + _AT_ONCE] for at in range(0, len(data), _AT_ONCE)):
        paths = [f"{systems.base}/{dataset}/{one.key}" for one in some]
        try:
            counts += systems.asked(folder, f"reading {len(data)} objects", partial(_counted, column, paths))
        except pa.ArrowException as error:
            raise AuditFailed(
                f"An object below {folder} that a receipt names can't be read: {str(error)[:300]}.",
                allowed="Parquet files of one contract's rows, unaltered.",
                remedy="run `waybill verify`, which names each object that was altered.",
            ) from error
    promised = sum(one.rows for one in data)
    if counts.total() != promised:
        raise AuditFailed(
            f"{len(data)} objects below {folder} hold {counts.total()} rows, their receipts say {promised}.",
            allowed="the rows that receipts name, unaltered.",
            remedy="run `waybill verify`, which names each object that was altered.",
        )
    return dict(counts.most_common())


def _counted(column: str, paths: Sequence[str], system: fs.FileSystem) -> Counter[str]:
    """Objects of several versions of a contract: a column is null where it came later, and as wide as it became."""
    found = pads.FileSystemDatasetFactory(system, list(paths), pads.ParquetFileFormat())
    schema = found.inspect(promote_options="permissive")
    if column not in schema.names:
        raise SettingsRefused(
            f"--by {column} names no column of these objects.",
            allowed=", ".join(schema.names) + ".",
            remedy="name one of these.",
        )
    counts: Counter[str] = Counter()
    for batch in found.finish(schema).to_batches(columns=[column]):
        counts += _values(batch.column(0))
    return counts


def _values(values: pa.Array) -> Counter[str]:
    """Instants as Kafka's timestamps are spelled: they may lie beyond any calendar."""
    if pa.types.is_nested(values.type):
        return Counter(
            json.dumps(_plain(one), ensure_ascii=False) if one is not None else ""
            for one in values.to_pylist()
        )
    if pa.types.is_timestamp(values.type):
        found = pc.value_counts(values.cast(pa.int64())).to_pylist()
        return Counter({_instant(one["values"]): one["counts"] for one in found})
    found = pc.value_counts(values).to_pylist()
    return Counter({_text(one["values"]): one["counts"] for one in found})


def _text(value: Any) -> str:
    plain = "" if value is None else _plain(value)
    return str(plain).lower() if isinstance(plain, bool) else str(plain)


def _plain(value: Any) -> Any:
    """As JSON can say it: bytes in hex, decimals with their scale, days and instants in ISO's spelling."""
    match value:
        case bytes():
            return value.hex()
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case list() | tuple():
            return [_plain(one) for one in value]
        case dict():
            return {name: _plain(one) for name, one in value.items()}
    return value


def _instant(micros: int | None) -> str:
    return "" if micros is None else format_micros(micros)
