"""The judged blocks of one split: in memory up to a bound, beyond it in a file of ``TMPDIR``.

A manifest fixes its splits before their sizes are known, so a split may be larger than it was to be. That costs disk,
never memory.
"""

from __future__ import annotations

import errno
import pickle
import tempfile
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import IO, Self, overload

from waybill_common.errors import EnvironmentMissing
from waybill_delivery.events import Block, DeadLetter
from waybill_delivery.objects import unnamed_file

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LETTER = 600
"""Bytes that a dead letter takes beside its texts."""

_OFFSET = 40
"""Bytes of one that was skipped."""


class Spool(Sequence[Block]):
    """Blocks in the order in which they were added. As a context it raises ``EnvironmentMissing`` where a disk is full.

    ``doing`` says whose blocks they are.
    """

    def __init__(self, most: int, doing: str) -> None:
        self._most, self._doing = most, doing
        self._blocks: list[Block] = []
        self._held = 0
        self._file: IO[bytes] | None = None
        self._places: list[int] = []

    @property
    def is_on_disk(self) -> bool:
        return self._file is not None

    def extend(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self._blocks.append(block)
            self._held += _weight(block)
            if self._file is not None or self._held > self._most:
                self._write()

    def __len__(self) -> int:
        return len(self._places) + len(self._blocks)

    @overload
    def __getitem__(self, index: int) -> Block: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Block]: ...
    def __getitem__(self, index: int | slice) -> Block | Sequence[Block]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        if self._file is None:
            return self._blocks[index]
        self._file.seek(self._places[index])
        block: Block = pickle.load(self._file)  # noqa: S301  # this process wrote it, and no other can
        return block

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._blocks.clear()
        if self._file is not None:
            self._file.close()
        if isinstance(error, OSError) and error.errno in _FULL:
            raise self._full(error) from error

    def _write(self) -> None:
        """What is held goes to the file's end."""
        if self._file is None:
            self._file = _opened()
        for block in self._blocks:
            self._places.append(self._file.seek(0, 2))
            pickle.dump(block, self._file, protocol=5)
        self._blocks.clear()

    def _full(self, error: OSError) -> EnvironmentMissing:
        return EnvironmentMissing(
            f"{self._doing}: {tempfile.gettempdir()} has no room for what is more than {self._most} bytes in memory: "
            f"{error.strerror}; {self._held} bytes were read so far.",
            allowed="for each worker room for the records of one split, and once more for one of its objects.",
            remedy="free space there, name a folder on a larger disk in TMPDIR, or raise delivery.split_bytes where "
            "there is memory; then run again, the open commit is delivered anew. A smaller "
            "delivery.rows_per_object makes later splits shorter.",
        )


def _opened() -> IO[bytes]:
    try:
        return unnamed_file()
    except OSError as error:
        raise EnvironmentMissing(
            f"No file can be made in a temporary folder: {error}.",
            allowed="a folder in TMPDIR in which this user may make files: large splits are spooled there.",
            remedy="correct TMPDIR or that folder's mode; then run again, the open commit is delivered anew.",
        ) from error


def _weight(block: Block) -> int:
    rows = int(block.rows.nbytes) + int(block.raw_bytes.nbytes) + _OFFSET * len(block.skipped)
    return rows + sum(map(_letter, block.dead))


def _letter(dead_letter: DeadLetter) -> int:
    record = dead_letter.record
    headers = sum(len(name) + len(value or b"") for name, value in record.headers)
    return _LETTER + len(record.key or b"") + len(record.value or b"") + headers
