"""CPU time and memory of a process tree, sampled from /proc while it runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from waybill_bench.processes import all_processes, members, processes, proportional_bytes

EVERY_SECONDS = 0.05
"""Between two looks at the processes that are known: what one used between the last look and its end is missed."""
_LOOKS_A_SEARCH = 5
"""All of /proc is searched for new ones that seldom, and the kernel adds up shared pages even less often."""
_LOOKS_A_SUM = 20


@dataclass(frozen=True)
class Sample:
    """``at`` is ``time.time()``. CPU is of the tree's life so far, processes that have ended included.

    ``proportional_bytes`` is the memory with shared pages counted once (PSS), as last added up. ``first_cpu_seconds``
    is the CPU of the command itself, without the processes that it started.
    """

    at: float
    cpu_seconds: float
    resident_bytes: int
    proportional_bytes: int = 0
    first_cpu_seconds: float = 0.0


@dataclass
class Meter:
    """Samples the session of a process: ``with Meter(pid) as meter: …``.

    A session, not a tree of parents: PySpark's workers outlive the daemon that forked them. Sessions that its
    processes begin count too: ``waybill submit`` gives spark-submit one of its own.
    """

    session: int
    samples: list[Sample] = field(default_factory=list)
    _sessions: frozenset[int] = frozenset()
    _known: frozenset[int] = frozenset()
    _first: int | None = None
    _first_cpu: float = 0.0
    _held: int = 0
    _looks: int = 0
    _last: dict[tuple[int, int], float] = field(default_factory=dict)
    _done: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @property
    def peak_bytes(self) -> int:
        return max((sample.resident_bytes for sample in self.samples), default=0)

    @property
    def peak_proportional_bytes(self) -> int:
        return max((sample.proportional_bytes for sample in self.samples), default=0)

    @property
    def cpu_seconds(self) -> float:
        """Of all that it saw."""
        return self.samples[-1].cpu_seconds if self.samples else 0.0

    def cpu_at(self, moment: float) -> float:
        """CPU seconds up to ``moment``, between samples in proportion."""
        return _at(moment, [(sample.at, sample.cpu_seconds) for sample in self.samples])

    def first_cpu_at(self, moment: float) -> float:
        """The same of the command itself."""
        return _at(moment, [(sample.at, sample.first_cpu_seconds) for sample in self.samples])

    def sample(self) -> None:
        if self._looks % _LOOKS_A_SEARCH == 0:
            found, self._sessions = members(all_processes(), self._sessions | {self.session})
            self._known = frozenset(found)
            # The session's leader is what tethers the command.
            self._first = self._first or min(
                (pid for pid, one in found.items() if one.parent == self.session), default=None
            )
        else:
            found = processes(self._known)
        for pid, one in found.items():
            self._last[pid, one.started] = one.cpu_seconds
            if pid == self._first:
                self._first_cpu = one.cpu_seconds
        if self._looks % _LOOKS_A_SUM == 0:
            self._held = sum(map(proportional_bytes, found))
        self._looks += 1
        resident, cpu = sum(one.resident_bytes for one in found.values()), sum(self._last.values())
        self.samples.append(Sample(time.time(), cpu, resident, self._held, self._first_cpu))

    def pids(self) -> tuple[int, ...]:
        """The processes that run now."""
        return tuple(members(all_processes(), self._sessions | {self.session})[0])

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


def _at(moment: float, samples: Sequence[tuple[float, float]]) -> float:
    before = [sample for sample in samples if sample[0] <= moment]
    after = [sample for sample in samples if sample[0] > moment]
    if not before or not after:
        return before[-1][1] if before else 0.0
    (began, least), (ended, most) = before[-1], after[0]
    return least + (moment - began) / (ended - began) * (most - least)
