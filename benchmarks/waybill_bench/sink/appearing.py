"""When files of a folder could be read: for contenders that rename a file once it is whole, and tell nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq

from waybill_bench.sink.steady import Mark

_TOGETHER_SECONDS = 0.1
"""Files that get their names within so long are one commit's."""


def files_below(folder: Path) -> Iterator[Path]:
    """Those with a final name."""
    for path in folder.rglob("*"):
        hidden = any(part.startswith(("_", ".")) for part in path.relative_to(folder).parts)
        if path.is_file() and path.suffix in ("", ".parquet") and not hidden:
            yield path


def appeared(folder: Path) -> tuple[Mark, ...]:
    """A mark for each commit. A rename changes a file's ctime and nothing later does."""
    named = ((path.stat().st_ctime, pq.read_metadata(path).num_rows) for path in files_below(folder))
    return tuple(gathered(Mark(at, rows) for at, rows in named))


def gathered(marks: Iterable[Mark]) -> Iterator[Mark]:
    """What appeared together, as one mark."""
    open_mark: Mark | None = None
    for mark in sorted(marks, key=lambda one: one.at):
        if open_mark is not None and mark.at - open_mark.at <= _TOGETHER_SECONDS:
            open_mark = Mark(open_mark.at, open_mark.records + mark.records)
            continue
        if open_mark is not None:
            yield open_mark
        open_mark = mark
    if open_mark is not None:
        yield open_mark
