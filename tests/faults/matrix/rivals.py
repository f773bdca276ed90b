"""More than one driver: started together, in mid-run, frozen and woken, dead with a request still on its way."""

from __future__ import annotations

import time
from collections.abc import Callable

from faults.matrix.cell import Cell
from faults.matrix.driver import DATA, DOCUMENT, MANIFEST, RECEIPT
from faults.promises import Promise
from faults.rig import Rig
from faults.traps import Act, Fault

FENCED = 34


def together(count: int) -> Callable[[Rig], str]:
    def play(rig: Rig) -> str:
        rig.fill(150)
        drivers = [rig.driver(delivery__rows_per_object=20 + 3 * n) for n in range(count)]
        codes = sorted(driver.ended_with(0, FENCED) for driver in drivers)
        assert 0 in codes
        return f"exit codes {codes}"

    return play


def in_mid_run(rig: Rig) -> str:
    """The second one meets an open manifest and finishes it before the first one can."""
    rig.fill(100)
    trap = rig.on_store(Fault(Act.HOLD, DATA, skip=2))
    first = rig.driver()
    trap.await_reached()
    rig.deliver(delivery__rows_per_object=40)
    trap.release()
    first.ended_with(FENCED)
    return "exit codes 34 and 0"


def zombie(fault: Fault, code: int) -> Callable[[Rig], str]:
    """Frozen, overtaken, woken: what it had sent arrives, and it goes on where it was."""

    def play(rig: Rig) -> str:
        rig.fill()
        trap = rig.on_store(fault)
        frozen = rig.driver()
        trap.await_reached()
        frozen.freeze()
        rig.deliver(delivery__rows_per_object=40)
        rig.fill(10, 1)
        rig.deliver()
        trap.release()
        frozen.wake()
        frozen.ended_with(code)
        return f"exit code {code} for the zombie"

    return play


def late_request(label: str) -> Callable[[Rig], str]:
    """The driver is dead, and a request of its arrives when another one has closed the commit."""

    def play(rig: Rig) -> str:
        rig.fill()
        trap = rig.on_store(Fault(Act.HOLD, label))
        victim = rig.driver()
        trap.await_reached()
        victim.kill()
        rig.deliver()
        before = rig.stored()
        trap.release()
        time.sleep(0.5)
        assert rig.stored() == before
        return "the late request changed nothing"

    return play


def _late(what: str, label: str) -> Cell:
    moment = f"its {what} arrives after another's receipt"
    return Cell(
        f"rival-late-{what}", "driver", moment, "SIGKILL, late request", Promise.WHOLE, late_request(label)
    )


def _zombie(
    name: str, moment: str, fault: Fault, promise: Promise, code: int, *, quick: bool = False
) -> Cell:
    play = zombie(fault, code)
    return Cell(
        f"rival-zombie-{name}", "driver", moment, "SIGSTOP, overtaken, SIGCONT", promise, play, quick=quick
    )


RIVALS = (
    Cell("rival-two-started", "driver", "start", "two drivers", Promise.ANY_DRIVERS, together(2)),
    Cell("rival-three-started", "driver", "start", "three drivers", Promise.ANY_DRIVERS, together(3)),
    Cell(
        "rival-mid-run",
        "driver",
        "after some objects",
        "a second driver",
        Promise.BEATEN,
        in_mid_run,
    ),
    _zombie("manifest", "before the manifest", Fault(Act.HOLD, MANIFEST), Promise.ANY_DRIVERS, 0),
    _zombie("object", "half of an object is sent", Fault(Act.HALF, DATA, skip=1), Promise.BEATEN, FENCED),
    _zombie("receipt", "before the receipt", Fault(Act.HOLD, RECEIPT), Promise.BEATEN, FENCED, quick=True),
    _late("document", DOCUMENT),
    _late("manifest", MANIFEST),
    _late("object", DATA),
    _late("receipt", RECEIPT),
)
