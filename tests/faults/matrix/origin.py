"""Datasets of topics that somebody else fills: the driver is killed at each step of the first commit, which says where
the dataset begins."""

from __future__ import annotations

from collections.abc import Callable

from confluent_kafka import TopicPartition
from faults.matrix.cell import Cell
from faults.matrix.driver import DOCUMENT, MANIFEST, RECEIPT
from faults.promises import Promise
from faults.rig import Rig
from faults.traps import Act, Fault

GONE = 20
STEPS = {
    "document": ("after the contract's document", Fault(Act.HOLD_REPLY, DOCUMENT)),
    "before-manifest": ("before the first manifest", Fault(Act.HOLD, MANIFEST)),
    "manifest": ("after the first manifest", Fault(Act.HOLD_REPLY, MANIFEST)),
    "before-receipt": ("before the first receipt", Fault(Act.HOLD, RECEIPT)),
    "receipt": ("after the first receipt", Fault(Act.HOLD_REPLY, RECEIPT)),
}


def earliest(fault: Fault) -> Callable[[Rig], str]:
    """The topic has lost its first records; what retention takes later is loss."""

    def play(rig: Rig) -> str:
        rig.of_others = True
        rig.fill()
        wanted = TopicPartition(rig.topic, 0, GONE)
        rig.admin.delete_records([wanted])[wanted].result(timeout=30)
        killed(rig, fault, "earliest")
        rig.fill(10, 1)
        rig.deliver()
        assert rig.stored().manifest(1)["before"] == {"0": GONE, "1": 0}
        return "killed; the next run went on from the log start"

    return play


def latest(fault: Fault) -> Callable[[Rig], str]:
    """Nothing is to be moved: all that the first commit says is where the dataset begins."""

    def play(rig: Rig) -> str:
        rig.of_others = True
        rig.fill()
        rig.settle()
        killed(rig, fault, "latest")
        rig.fill(10, 1)
        rig.settle()
        rig.driver(stream__start="latest").ended_with(0)
        ends = rig.ends()
        rig.fill(10, 1)
        rig.deliver(stream__start="latest")
        begun = {int(p): offset for p, offset in rig.stored().manifest(1)["before"].items()}
        assert all(0 < begun[p] <= end for p, end in ends.items()), (begun, ends)
        return "killed; what came after the first run with exit code 0 is all there"

    return play


def killed(rig: Rig, fault: Fault, start: str) -> None:
    trap = rig.on_store(fault)
    victim = rig.driver(stream__start=start)
    trap.await_reached()
    victim.kill()
    trap.drop()
    rig.check_at_this_moment()


ORIGIN = tuple(
    Cell(f"driver-origin-{name}-{step}", "driver", moment, "SIGKILL", Promise.ORIGIN, play(fault))
    for name, play in (("earliest", earliest), ("latest", latest))
    for step, (moment, fault) in STEPS.items()
)
