"""Waiting for a moment by watching, in the lake, what drivers have stored so far."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from waybill_common.lake import Lake
from waybill_ops.prove.fault_plan import Anchor, FaultMoment
from waybill_ops.prove.programs import LIMIT, Program

_FOLDERS = {Anchor.MANIFEST: "_waybill", Anchor.RECEIPT: "_waybill", Anchor.OBJECT: "data"}
_ENDS = {Anchor.MANIFEST: ".manifest.json", Anchor.RECEIPT: ".receipt.json", Anchor.OBJECT: ".parquet"}
_POLL = 0.01


@dataclass(frozen=True)
class Watch:
    """``lake`` is the stream's folder in the scratch prefix."""

    lake: Lake

    def awaiting(self, moment: FaultMoment, undisturbed: float) -> Callable[[Program], bool]:
        """A function that waits for the moment and says whether the program still ran then.

        To be called before the program starts: what is stored by then does not count. ``undisturbed`` is the
        length of an undisturbed run in seconds.
        """
        wait = moment.wait * undisturbed
        if moment.anchor is Anchor.START:
            return lambda program: comes(lambda: time.monotonic() >= program.began + wait, program)
        seen = self.count(moment.anchor)

        def reached(program: Program) -> bool:
            if not comes(lambda: self.count(moment.anchor) >= seen + moment.count, program):
                return False
            time.sleep(wait)
            return program.runs

        return reached

    def count(self, anchor: Anchor) -> int:
        """How many there are of what ``anchor`` counts; one listing."""
        return sum(key.endswith(_ENDS[anchor]) for key in self.lake.keys(_FOLDERS[anchor]))


def comes(come: Callable[[], bool], program: Program) -> bool:
    """Whether the moment comes while the program runs."""
    while program.runs and time.monotonic() < program.began + LIMIT:
        if come():
            return program.runs
        time.sleep(_POLL)
    return False
