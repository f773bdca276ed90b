"""A dataset on the local disk as it grows: the moments at which its receipts and objects appeared."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow.parquet as pq

from waybill_bench.sink.appearing import files_below
from waybill_common.errors import ServiceNotReady

_POLL_SECONDS = 0.002
SELDOM_SECONDS = 0.05
"""Between two looks of who must not take the processor from what is watched."""


@dataclass(frozen=True)
class Rows:
    """An object's rows: when each was produced and when they could be read, in ``time.time()``."""

    appeared: float
    produced: tuple[float, ...]


class Lake(Protocol):
    """A folder as it grows."""

    def delivered(self) -> int:
        """Records of which readers know."""
        ...

    def objects(self) -> Iterator[Rows]:
        """Everything in it, once nothing is added any more."""
        ...


@dataclass(frozen=True)
class Renamed:
    """Files that get their name once they are whole, as Flink's: a rename changes their ctime."""

    folder: Path
    _rows: dict[Path, int] = field(default_factory=dict)

    def delivered(self) -> int:
        for path in files_below(self.folder):
            if path not in self._rows:
                self._rows[path] = pq.read_metadata(path).num_rows
        return sum(self._rows.values())

    def objects(self) -> Iterator[Rows]:
        for path in files_below(self.folder):
            yield Rows(path.stat().st_ctime, _produced(path))


@dataclass(frozen=True)
class Dataset:
    """``folder`` is the stream's: ``<lake>/names``."""

    folder: Path

    def receipts(self) -> dict[int, Path]:
        """By number, so far."""
        return self._entries(".receipt.json")

    def open_commit(self) -> int | None:
        """The manifest that has no receipt yet."""
        manifests = self._entries(".manifest.json")
        return max(manifests.keys() - self.receipts().keys(), default=None)

    def delivered(self) -> int:
        """Rows and dead letters that receipts account for."""
        told = (json.loads(path.read_bytes()) for path in self.receipts().values())
        return sum(one["rows"] + one["dead"] for one in told)

    def objects(self) -> Iterator[Rows]:
        """Readers take what a receipt names, so its time is when the rows became readable."""
        for path in self.receipts().values():
            for split in json.loads(path.read_bytes())["splits"]:
                for entry in split["data"]:
                    yield Rows(path.stat().st_mtime, _produced(self.folder / entry["key"]))

    def _entries(self, ending: str) -> dict[int, Path]:
        found = self.folder.glob(f"_waybill/*{ending}")
        return {int(path.name.removesuffix(ending)): path for path in found}


def _produced(path: Path) -> tuple[float, ...]:
    column = pq.read_table(path, columns=["produced_at"], partitioning=None).column("produced_at")
    return tuple(one / 1e6 for one in column.cast("int64").to_pylist())


def await_moment(what: str, moment: Callable[[], bool], seconds: float, every: float = _POLL_SECONDS) -> None:
    """Returns soon after ``moment`` has come; raises ``ServiceNotReady`` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not moment():
        if time.monotonic() > deadline:
            raise ServiceNotReady(
                f"{what} did not happen within {seconds:g} s.",
                allowed="a driver that delivers.",
                remedy="see its log in the benchmark's folder.",
            )
        time.sleep(every)
