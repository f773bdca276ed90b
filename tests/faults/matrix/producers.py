"""More than one producer: started together, in mid-run, frozen and woken."""

from __future__ import annotations

from collections.abc import Callable

from faults.matrix.cell import Cell
from faults.promises import Promise
from faults.rig import Rig
from faults.traps import Act, Fault
from waiting import wait_until

FENCED = 24


def together(rig: Rig) -> str:
    first, second = rig.producer(producer__pages=5), rig.producer(producer__pages=5)
    codes = sorted((first.ended_with(0, FENCED), second.ended_with(0, FENCED)))
    assert 0 in codes
    return f"exit codes {codes}"


def fenced_in_mid_run(rig: Rig) -> str:
    first = rig.producer(producer__pages=100, producer__pause_interval=0.5)
    wait_until(lambda: "page published" in first.log(), "page 1")
    rig.producer(producer__pages=2).ended_with(0)
    first.ended_with(FENCED)
    return "exit code 24 for the older one"


def zombie(label: str) -> Callable[[Rig], str]:
    """Frozen with a request on its way, overtaken, woken: its request arrives behind the newer producer's."""

    def play(rig: Rig) -> str:
        rig.producer(producer__pages=1).ended_with(0)
        trap = rig.on_kafka(Fault(Act.HOLD, label))
        frozen = rig.producer(producer__pages=1)
        trap.await_reached()
        frozen.freeze()
        rig.producer(producer__pages=2).ended_with(0)
        trap.release()
        frozen.wake()
        frozen.ended_with(FENCED)
        return "exit code 24 for the zombie"

    return play


PRODUCERS = (
    Cell("producer-two-started", "producer", "start", "two producers", Promise.ONE_PRODUCER, together),
    Cell(
        "producer-two-mid-run",
        "producer",
        "mid-run",
        "two producers",
        Promise.ONE_PRODUCER,
        fenced_in_mid_run,
    ),
    Cell(
        "producer-zombie-record",
        "producer",
        "inside the transaction",
        "SIGSTOP, overtaken, SIGCONT",
        Promise.ONE_PRODUCER,
        zombie("Produce"),
    ),
    Cell(
        "producer-zombie-commit",
        "producer",
        "before the commit arrives",
        "SIGSTOP, overtaken, SIGCONT",
        Promise.ONE_PRODUCER,
        zombie("EndTxn"),
        quick=True,
    ),
)
