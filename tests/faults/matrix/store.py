"""The store refuses, resets, hangs, forgets to answer, or takes its time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from faults.matrix.cell import Cell
from faults.matrix.driver import DATA, DOCUMENT, LETTERS, MANIFEST, RECEIPT
from faults.promises import Promise
from faults.rig import Rig
from faults.traps import Act, Fault

UNAVAILABLE, REFUSED = 30, 31


def passing(fault: Fault, **flags: object) -> Callable[[Rig], str]:
    """The run takes it in its stride."""

    def play(rig: Rig) -> str:
        rig.fill()
        trap = rig.on_store(fault)
        rig.driver(**flags).ended_with(0)
        assert trap.struck > 0
        return "exit code 0"

    return play


def lasting(fault: Fault, code: int) -> Callable[[Rig], str]:
    """The run ends in time, with its code; a later one goes on."""

    def play(rig: Rig) -> str:
        rig.fill()
        rig.on_store(fault)
        rig.driver(lake__attempts=2, lake__timeout=1).ended_with(code)
        rig.parts.store_proxy.board.clear()
        rig.check_at_this_moment()
        rig.deliver()
        return f"exit code {code}, then 0"

    return play


def gone_for_a_while(rig: Rig) -> str:
    """Every connection is reset for 2 s, as while a server is started again; some runs are patient enough."""
    rig.fill()
    trap = rig.on_store(Fault(Act.HOLD, DATA, skip=1))
    driver = rig.driver(lake__attempts=8)
    trap.await_reached()
    rig.on_store(Fault(Act.RESET, ".*", times=None))
    trap.drop()
    time.sleep(2)
    rig.parts.store_proxy.board.clear()
    code = driver.ended_with(0, UNAVAILABLE)
    return f"exit code {code}; the next run, if it was needed, 0"


HOW = {
    "503": Fault(Act.ANSWER, "", status=503, times=2),
    "409 with nothing stored": Fault(Act.ANSWER, "", status=409),
    "connection reset": Fault(Act.RESET, ""),
    "time-out": Fault(Act.HOLD, ""),
    "stored, connection lost": Fault(Act.LOSE_REPLY, ""),
    "stored, time-out": Fault(Act.HOLD_REPLY, ""),
    "stored, then 500": Fault(Act.DO_AND_ANSWER, "", status=500),
}
WHAT = {"manifest": MANIFEST, "object": DATA, "dead letters": LETTERS, "receipt": RECEIPT}
ONCE = {"document": DOCUMENT}
"""Created once in a dataset's life."""
QUICK = {("manifest", "stored, connection lost"), ("receipt", "stored, connection lost")}


def _grid(what: str, how: str) -> Cell:
    """A passing fault at the creation of one kind of object."""
    name = f"store-{what}-{how}".replace(",", "").replace(" ", "-")
    play = passing(replace(HOW[how], label=(WHAT | ONCE)[what]), lake__timeout=1)
    return Cell(name, "store", f"{what} created", how, Promise.STORE, play, quick=(what, how) in QUICK)


def _lasting(name: str, moment: str, fault: Fault, how: str, code: int, *, quick: bool = False) -> Cell:
    return Cell(f"store-{name}", "store", moment, how, Promise.STORE, lasting(fault, code), quick=quick)


STORE = (
    *(_grid(what, how) for what in (*WHAT, *ONCE) for how in HOW),
    Cell(
        "store-slow-list",
        "store",
        "ledger is listed",
        "0.5 s late",
        Promise.STORE,
        passing(Fault(Act.SLOW, "GET .*list-type=2.*", times=None, seconds=0.5)),
    ),
    Cell(
        "store-slow",
        "store",
        "any",
        "each answer 0.2 s late",
        Promise.STORE,
        passing(Fault(Act.SLOW, ".*", times=None)),
    ),
    Cell(
        "store-list-503",
        "store",
        "ledger is listed",
        "503",
        Promise.STORE,
        passing(Fault(Act.ANSWER, "GET .*list-type=2.*")),
    ),
    Cell(
        "store-gone-2s", "store", "after some objects", "unreachable for 2 s", Promise.STORE, gone_for_a_while
    ),
    _lasting(
        "gone-for-good",
        "after some objects",
        Fault(Act.RESET, DATA, skip=1, times=None),
        "unreachable",
        UNAVAILABLE,
    ),
    _lasting(
        "hangs-for-good",
        "receipt created",
        Fault(Act.HOLD, RECEIPT, times=None),
        "no answer, ever",
        UNAVAILABLE,
    ),
    _lasting(
        "revoked-data",
        "after some objects",
        Fault(Act.ANSWER, "(PUT|GET) .*", skip=12, times=None, status=403),
        "credentials revoked",
        REFUSED,
        quick=True,
    ),
    _lasting(
        "revoked-receipt",
        "receipt created",
        Fault(Act.ANSWER, RECEIPT, times=None, status=403),
        "credentials revoked",
        REFUSED,
    ),
)
