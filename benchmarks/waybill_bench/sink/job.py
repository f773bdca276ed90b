"""What one run has to deliver, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from waybill_bench.sink.program import Ran
from waybill_bench.sink.steady import Mark
from waybill_bench.sink.subjects import NAMES, Subject


@dataclass(frozen=True)
class Job:
    """A topic on its way into a lake of its own.

    ``broken`` of the ``records`` break the contract. ``lake`` is a folder or ``s3://bench/…``; ``room`` is an empty
    folder for whatever else the contender writes. One commit takes ``offsets_per_commit`` and one task at most
    ``offsets_per_task``; who commits by the clock does it every ``commit_milliseconds``.
    """

    topic: str
    records: int
    broken: int
    offsets_per_commit: int
    offsets_per_task: int
    commit_milliseconds: int
    cores: int
    lake: str
    room: Path
    subject: Subject = NAMES

    @property
    def master(self) -> str:
        return f"local[{self.cores}]"


@dataclass(frozen=True)
class Stored:
    """``rows`` that a reader of the lake finds, in ``objects`` of ``bytes``."""

    rows: int
    objects: int
    bytes: int


@dataclass(frozen=True)
class Outcome:
    """``ended`` is when the last row could be read; ``letters`` are records that were put aside."""

    ran: Ran
    marks: tuple[Mark, ...]
    ended: float
    stored: Stored
    letters: int = 0
