"""A dataset on the local disk as it grows: the moments at which its receipts and objects appeared."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from waybill_common.errors import ServiceNotReady

_POLL_SECONDS = 0.002


@dataclass(frozen=True)
class Rows:
    """An object's rows: when each was produced and when the object was there to be read, in ``time.time()``."""

    appeared: float
    produced: tuple[float, ...]


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
        """A data object is stored once and never again, so its file's time is when its rows became readable."""
        for path in sorted(self.folder.glob("data/*/*.parquet")):
            column = pq.read_table(path, columns=["produced_at"], partitioning=None).column("produced_at")
            micros = column.cast("int64").to_pylist()
            yield Rows(path.stat().st_mtime, tuple(one / 1e6 for one in micros))

    def _entries(self, ending: str) -> dict[int, Path]:
        found = self.folder.glob(f"_waybill/*{ending}")
        return {int(path.name.removesuffix(ending)): path for path in found}


def await_moment(what: str, moment: Callable[[], bool], seconds: float) -> None:
    """Returns within milliseconds after ``moment`` has come; raises ``ServiceNotReady`` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not moment():
        if time.monotonic() > deadline:
            raise ServiceNotReady(
                f"{what} did not happen within {seconds:g} s.",
                allowed="a driver that delivers.",
                remedy="see its log in the benchmark's folder.",
            )
        time.sleep(_POLL_SECONDS)
