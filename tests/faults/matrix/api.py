"""The API answers badly, late, or not at all."""

from __future__ import annotations

from collections.abc import Callable

from faults.matrix.cell import Cell
from faults.promises import Promise
from faults.rig import Rig
from waiting import wait_until

from waybill_sandbox.api import ApiFault, FaultKind, FaultPlan


def passing(fault: ApiFault) -> Callable[[Rig], str]:
    """The run goes on, and nothing shows."""

    def play(rig: Rig) -> str:
        rig.simulator.set_faults(FaultPlan(faults=(fault,)))
        rig.producer(producer__pages=3, source__read_timeout=1).ended_with(0)
        # It counts a reply once it is over, a slow one after the client has gone.
        wait_until(lambda: rig.simulator.counts().get(f"fault_{fault.kind.value}"), "the fault")
        return "retried, exit code 0"

    return play


def lasting(fault: ApiFault, code: int) -> Callable[[Rig], str]:
    """The run ends with its code; a later one goes on."""

    def play(rig: Rig) -> str:
        rig.simulator.set_faults(FaultPlan(faults=(fault,)))
        rig.producer(producer__pages=3, source__attempts=2).ended_with(code)
        rig.simulator.set_faults(FaultPlan())
        rig.producer(producer__pages=2).ended_with(0)
        return f"exit code {code}, then 0"

    return play


def malformed(rig: Rig) -> str:
    plan = FaultPlan(faults=(ApiFault(kind=FaultKind.MALFORMED_USERS, share=0.3, times=None),))
    rig.simulator.set_faults(plan)
    program = rig.producer(producer__pages=2)
    program.ended_with(0)
    spoilt = rig.simulator.counts()["malformed"]
    assert program.summary()["dead_letters"]["total"] == spoilt > 0
    return f"{spoilt} users to the dead letters' topic"


def _passing(name: str, fault: ApiFault, *, quick: bool = False) -> Cell:
    return Cell(
        f"api-{name}",
        "producer",
        "page 2 is asked for",
        name,
        Promise.PAGE_RETRIED,
        passing(fault),
        quick=quick,
    )


API = (
    _passing("429", ApiFault(kind=FaultKind.RATE_LIMIT, pages=(2, 2))),
    _passing("503-html", ApiFault(kind=FaultKind.GATEWAY_ERROR, pages=(2, 2), status=503, times=2)),
    _passing("500-error", ApiFault(kind=FaultKind.SERVER_ERROR, pages=(2, 2))),
    _passing("truncated", ApiFault(kind=FaultKind.TRUNCATED_BODY, pages=(2, 2)), quick=True),
    _passing("slow", ApiFault(kind=FaultKind.LATENCY, pages=(2, 2), seconds=2.5)),
    _passing("empty", ApiFault(kind=FaultKind.EMPTY_RESULTS, pages=(2, 2))),
    _passing("repeated-page", ApiFault(kind=FaultKind.REPEATED_PAGE, pages=(2, 2)), quick=True),
    Cell(
        "api-outage",
        "producer",
        "page 2 is asked for",
        "502 for good",
        Promise.PAGE_RETRIED,
        lasting(ApiFault(kind=FaultKind.GATEWAY_ERROR, pages=(2, 2), times=None), 10),
    ),
    Cell(
        "api-repeats-for-good",
        "producer",
        "page 2 is asked for",
        "page 1 again, for good",
        Promise.PAGE_RETRIED,
        lasting(ApiFault(kind=FaultKind.REPEATED_PAGE, pages=(2, 2), times=None), 10),
    ),
    Cell(
        "api-malformed",
        "producer",
        "any page",
        "malformed users",
        Promise.DEAD_LETTERS,
        malformed,
        quick=True,
    ),
)
