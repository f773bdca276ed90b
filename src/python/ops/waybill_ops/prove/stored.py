"""Every row and dead letter of the scratch lake, whatever the ledger says of its object."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from waybill_common.settings import Settings
from waybill_ops.audit import DATA, DEAD_LETTERS, LakeReader
from waybill_ops.prove.comparison import Arrived
from waybill_streams.packaged import STREAMS


def read_arrived(settings: Settings) -> Iterator[Arrived]:
    """A dead letter's event is the one that its key names. Raises ``LakeRefused`` and ``LakeUnavailable``."""
    lake = LakeReader(settings.lake, settings.stream.lake_folder)
    id_field = STREAMS[settings.stream.name].current.id_field
    with tempfile.TemporaryDirectory(prefix="waybill-prove-") as scratch:
        for folder, field in ((DATA, id_field), (DEAD_LETTERS, "key")):
            dead = folder == DEAD_LETTERS
            for key in lake.keys(folder):
                if key.endswith(".parquet"):
                    with lake.copy(key, Path(scratch)) as copy:
                        if copy is not None:
                            yield from _rows(copy.path, field, dead=dead)


def _rows(path: Path, field: str, *, dead: bool) -> Iterator[Arrived]:
    table = pq.ParquetFile(path).read(columns=["kafka_partition", "kafka_offset", field])
    for row in table.to_pylist():
        found = row[field]
        event = found.decode(errors="replace") if isinstance(found, bytes) else str(found)
        yield Arrived(event, (row["kafka_partition"], row["kafka_offset"]), dead)
