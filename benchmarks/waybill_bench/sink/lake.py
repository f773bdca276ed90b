"""Reading a lake back, whoever wrote it: a folder, or the bucket on the sandbox's S3 server."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pyarrow.dataset as ds
from pyarrow.fs import FileSelector, FileSystem, FileType, LocalFileSystem, S3FileSystem

from waybill_bench.sink.job import Stored
from waybill_bench.sink.subjects import NAMES, Subject
from waybill_bench.world import World
from waybill_sandbox.s3 import ACCESS_KEY, REGION, SECRET_KEY


def opened(world: World, lake: str) -> tuple[FileSystem, str]:
    """The file system of ``lake`` and its path there."""
    if not lake.startswith("s3://"):
        return LocalFileSystem(), lake
    found = S3FileSystem(
        access_key=ACCESS_KEY, secret_key=SECRET_KEY, region=REGION, endpoint_override=world.s3.endpoint
    )
    return found, lake.removeprefix("s3://")


def stored(world: World, folder: str, of: Subject = NAMES) -> Stored:
    """All Parquet below ``folder``, less what begins with ``_`` or a dot, as readers leave that out.

    Flink's files have no ending.
    """
    system, path = opened(world, folder)
    files = [
        info
        for info in system.get_file_info(FileSelector(path, recursive=True))
        if info.type == FileType.File and info.extension in ("parquet", "") and _is_data(info.path, path)
    ]
    rows = _readable(system, [info.path for info in files], of) if files else 0
    return Stored(rows, len(files), sum(info.size for info in files))


def remove(world: World, lake: str) -> None:
    """Deletes a lake that has been looked at, before its pages are written to the disk beside the next run."""
    if lake.startswith("s3://"):
        system, path = opened(world, lake)
        system.delete_dir(path)
    else:
        shutil.rmtree(Path(lake))


def _is_data(path: str, base: str) -> bool:
    return not any(part.startswith(("_", ".")) for part in path.removeprefix(base).split("/"))


def _readable(system: FileSystem, paths: Sequence[str], of: Subject) -> int:
    """Rows with an id and an instant: a row of nulls is none that was sent."""
    whole = ds.field(of.id).is_valid() & ds.field(of.time).is_valid()
    return int(ds.dataset(list(paths), format="parquet", filesystem=system).count_rows(filter=whole))
