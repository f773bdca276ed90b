"""When entries of the ledger were stored: they themselves name no time, so that they depend on no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from waybill_common.ledger import manifest_key, receipt_key
from waybill_common.settings import LakeSettings
from waybill_console.stream.commits import CommitTimes
from waybill_ops.file_system import FileSystems


@dataclass(frozen=True)
class StoredTimes:
    """Asks the store for the times of a few objects of the dataset in one folder."""

    settings: LakeSettings
    folder: str

    @cached_property
    def _systems(self) -> FileSystems:
        return FileSystems(self.settings)

    def of_commits(self, numbers: Sequence[int]) -> dict[int, CommitTimes]:
        """Raises ``LakeUnavailable`` and ``LakeRefused``."""
        folder = f"{self._systems.base}/{self.folder}"
        paths = [f"{folder}/{key(number)}" for number in numbers for key in (manifest_key, receipt_key)]
        found = self._infos(paths)
        return {number: _times(*found[2 * at : 2 * at + 2]) for at, number in enumerate(numbers)}

    def opened(self, number: int) -> datetime | None:
        """When a commit's manifest was stored."""
        path = f"{self._systems.base}/{self.folder}/{manifest_key(number)}"
        return _moment(self._infos([path])[0])

    def _infos(self, paths: list[str]) -> list[Any]:
        address = f"{self._systems.location.url.text}/{self.folder}"
        return self._systems.asked(
            address, "asking when entries were stored", lambda system: list(system.get_file_info(paths))
        )


def _times(manifest: Any, receipt: Any) -> CommitTimes:
    opened, closed = _moment(manifest), _moment(receipt)
    seconds = (closed - opened).total_seconds() if opened and closed else None
    return CommitTimes(closed, seconds if seconds is not None and seconds >= 0 else None)


def _moment(info: Any) -> datetime | None:
    found = info.mtime_ns
    return None if not found else datetime.fromtimestamp(found / 1e9, UTC)
