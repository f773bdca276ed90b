"""Waybill's delivery as a user starts it, on either engine: its log says what it did."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from waybill_bench.meter import Meter
from waybill_common.errors import ServiceNotReady
from waybill_sandbox.process import Child, Command

BOUND_SECONDS = 900.0
STOP_SECONDS = 20.0
_COMMIT = re.compile(r'\{[^{}\n]*"event": "commit"[^{}\n]*\}')


@dataclass(frozen=True)
class Commit:
    """A commit of a run; ``at`` is ``time.time()`` when its receipt stood."""

    number: int
    at: float


@dataclass(frozen=True)
class Delivered:
    """One run, from its start to its end."""

    began: float
    commits: tuple[Commit, ...]
    meter: Meter

    @property
    def startup_seconds(self) -> float:
        """From the program's start to its first commit."""
        return self.commits[0].at - self.began

    @property
    def batch_seconds(self) -> list[float]:
        """From each commit to the next."""
        return [after.at - before.at for before, after in pairwise(self.commits)]


def deliver(argv: tuple[str, ...], room: Path, settings: Mapping[str, str]) -> Delivered:
    """Deliver what is in the topic and end. ``argv`` is of ``engines``; raises ``ServiceNotReady`` where it fails."""
    began = time.time()
    child = Child(Command(f"waybill {argv[1]}", argv, settings, room / "delivery.log", cwd=room))
    with Meter(child.pid) as meter:
        _await_end(child)
    return Delivered(began, tuple(read_commits(child.command.log.read_text())), meter)


def read_commits(log: str) -> Iterator[Commit]:
    """The commits that the program's JSON lines tell of, among whatever else is in the log."""
    for line in _COMMIT.findall(log):
        told = json.loads(line)
        yield Commit(told["number"], datetime.fromisoformat(told["timestamp"]).timestamp())


def _await_end(child: Child) -> None:
    """Whatever happens, nothing of it is left: asked once, Waybill finishes the commit in hand."""
    try:
        code = child.wait(BOUND_SECONDS)
    finally:
        for _ in range(2):
            if child.exit_code() is None:
                child.terminate()
                child.wait(STOP_SECONDS)
        child.kill()
    if code != 0:
        what = f"ended with exit code {code}" if code else f"ran for more than {BOUND_SECONDS:g} s"
        raise ServiceNotReady(
            f"{child.command.name} {what}. The end of {child.command.log}:\n{child.log_tail()}\n",
            allowed="exit code 0.",
            remedy="mend what the log names.",
        )
