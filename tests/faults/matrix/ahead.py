"""Local workers read ahead: beyond a split's end, and while their driver closes the commit."""

from __future__ import annotations

from faults.engines import Driver
from faults.matrix.cell import Cell
from faults.matrix.driver import DATA, RECEIPT
from faults.matrix.kafka import held
from faults.matrix.topic import GONE, again
from faults.promises import Promise
from faults.rig import Rig

ONE_WORKER = {"delivery__workers": 1, "delivery__max_offsets_per_trigger": 40}
"""So each split goes on where its partition's last one ended."""


def among_markers(rig: Rig) -> str:
    """Each transaction has a few records: a fetch brings some of the next split's, and none where markers are."""
    for _ in range(8):
        rig.fill(9, 1)
    trap = held(rig, DATA, skip=7)
    victim = rig.driver(**ONE_WORKER)
    trap.await_reached()
    victim.kill()
    trap.drop()
    rig.check_at_this_moment()
    for _ in range(8):
        rig.fill(9, 1)
    rig.deliver(**ONE_WORKER)
    return "killed; the next run finished the commit and went on"


def made_again_behind_a_commit(rig: Rig) -> str:
    """What is read while the first receipt waits is of one topic, what comes then of another."""
    rig.fill()
    trap = held(rig, RECEIPT)
    driver = rig.driver(**ONE_WORKER)
    trap.await_reached()
    rig.keep_records()
    again(rig)
    trap.release()
    driver.ended_with(GONE)
    assert sorted(rig.stored().receipts) == [1]
    rig.driver(**ONE_WORKER).ended_with(GONE)
    rig.closes = False
    return f"exit code {GONE}, no further receipt"


AHEAD = (
    Cell(
        "ahead-among-markers-local",
        "driver",
        "splits end between transactions' markers",
        "SIGKILL",
        Promise.ONCE,
        among_markers,
        driver=Driver.LOCAL,
    ),
    Cell(
        "ahead-topic-made-again-local",
        "topic",
        "the first receipt is on its way, later records are read",
        "deleted and made again",
        Promise.TOPIC,
        made_again_behind_a_commit,
        driver=Driver.LOCAL,
    ),
)
