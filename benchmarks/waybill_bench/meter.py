"""CPU time and memory of a process tree, sampled from /proc while it runs."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

EVERY_SECONDS = 0.25
_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Sample:
    """``at`` is ``time.time()``. CPU is of the tree's life so far, processes that have ended included."""

    at: float
    cpu_seconds: float
    resident_bytes: int


@dataclass(frozen=True)
class Process:
    """What the kernel says of one process now. ``started`` tells it from a later one with its number."""

    started: int
    parent: int
    session: int
    cpu_seconds: float
    resident_bytes: int


@dataclass
class Meter:
    """Samples the session of a process: ``with Meter(pid) as meter: …``.

    A session, not a tree of parents: PySpark's workers outlive the daemon that forked them. Sessions that its
    processes begin count too: ``waybill submit`` gives spark-submit one of its own. What a process used in its last
    quarter of a second may be missed, and shared pages count in each process that maps them.
    """

    session: int
    samples: list[Sample] = field(default_factory=list)
    _sessions: set[int] = field(default_factory=set)
    _last: dict[tuple[int, int], float] = field(default_factory=dict)
    _done: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @property
    def peak_bytes(self) -> int:
        return max((sample.resident_bytes for sample in self.samples), default=0)

    def cpu_at(self, moment: float) -> float:
        """CPU seconds up to ``moment``, between samples in proportion."""
        before = [sample for sample in self.samples if sample.at <= moment]
        after = [sample for sample in self.samples if sample.at > moment]
        if not before or not after:
            return self.samples[-1].cpu_seconds if before else 0.0
        left, right = before[-1], after[0]
        share = (moment - left.at) / (right.at - left.at)
        return left.cpu_seconds + share * (right.cpu_seconds - left.cpu_seconds)

    def sample(self) -> None:
        resident = 0
        for pid, found in self._members(_processes()).items():
            self._last[pid, found.started] = found.cpu_seconds
            resident += found.resident_bytes
        self.samples.append(Sample(time.time(), sum(self._last.values()), resident))

    def pids(self) -> tuple[int, ...]:
        """The processes that run now."""
        return tuple(self._members(_processes()))

    def _members(self, processes: Mapping[int, Process]) -> dict[int, Process]:
        """Those in our sessions, once every session is known that one of them has begun."""
        known = self._sessions | {self.session}
        while True:
            members = {pid: found for pid, found in processes.items() if found.session in known}
            begun = {found.session for found in processes.values() if found.parent in members} - known
            if not begun:
                self._sessions = known
                return members
            known |= begun

    def _watch(self) -> None:
        while not self._done.wait(EVERY_SECONDS):
            self.sample()

    def __enter__(self) -> Self:
        self.sample()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()


def _processes() -> dict[int, Process]:
    found = {}
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            fields = (Path(entry.path) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        # proc(5), counted from the state on: parent, session, utime and stime, starttime, rss.
        parent, session, user, system, started, pages = (int(fields[at]) for at in (1, 3, 11, 12, 19, 21))
        cpu = (user + system) / _TICK
        found[int(entry.name)] = Process(started, parent, session, cpu, pages * _PAGE)
    return found
