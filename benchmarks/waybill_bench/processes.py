"""What the kernel says of processes, from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Process:
    """A process now. ``started`` tells it from a later one with its number."""

    started: int
    parent: int
    session: int
    cpu_seconds: float
    resident_bytes: int


def all_processes() -> dict[int, Process]:
    """By their number."""
    return processes(int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit())


def processes(pids: Iterable[int]) -> dict[int, Process]:
    """Those of them that run."""
    found = {pid: _process(pid) for pid in pids}
    return {pid: one for pid, one in found.items() if one is not None}


def members(
    running: Mapping[int, Process], sessions: frozenset[int]
) -> tuple[dict[int, Process], frozenset[int]]:
    """Those in the sessions, and the sessions once every one is known that one of them has begun."""
    while True:
        found = {pid: one for pid, one in running.items() if one.session in sessions}
        begun = {one.session for one in running.values() if one.parent in found} - sessions
        if not begun:
            return found, sessions
        sessions |= begun


def proportional_bytes(pid: int) -> int:
    """Memory of a process, where a page that several share counts for each in parts (PSS). 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _process(pid: int) -> Process | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    # proc(5), counted from the state on: parent, session, utime and stime, starttime, rss.
    parent, session, user, system, started, pages = (int(fields[at]) for at in (1, 3, 11, 12, 19, 21))
    return Process(started, parent, session, (user + system) / _TICK, pages * _PAGE)
