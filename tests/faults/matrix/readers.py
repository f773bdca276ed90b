"""A leader is killed under whoever reads a topic but drivers: verify, lag, a redrive, a producer that starts."""

from __future__ import annotations

import json
from collections.abc import Callable

from faults.held import REACHED, RELEASED
from faults.matrix.brokers import leader
from faults.matrix.cell import Cell
from faults.programs import Program
from faults.promises import Promise
from faults.records import event, fields
from faults.rig import Rig
from waiting import wait_until

LETTERS = 10
MEND = """
def mend(event):
    event["latitude"] = float(event["latitude"])
    return event
"""


def goes_on(rig: Rig, held: Program, topic: str) -> str:
    """The leader of ``topic`` is killed before ``held`` reads it; returns what that said in the end."""
    folder = rig.programs.folder

    def has_reached() -> bool:
        assert held.child.wait(0) is None, f"{held.name} ended before it read:\n{held.log()}"
        return (folder / REACHED).exists()

    wait_until(has_reached, "the reader's start")
    rig.kafka.kill_node(leader(rig, topic, 0))
    (folder / RELEASED).touch()
    held.ended_with(0)
    return held.said()


def mid_verify(rig: Rig) -> str:
    rig.fill(150)
    rig.deliver()
    said = goes_on(rig, rig.command("verify", "--json", "--complete", kafka__timeout=40), rig.topic)
    assert json.loads(said)["verdict"] == "ok"
    return "exit code 0, verdict ok"


def mid_lag(rig: Rig) -> str:
    rig.fill(50)
    rig.deliver()
    rig.fill(50)
    rig.settle()
    said = goes_on(rig, rig.command("lag", "--json", kafka__timeout=40), rig.topic)
    assert [one["oldest_age"] is not None for one in json.loads(said)["partitions"]] == [True, True]
    return "exit code 0, with the age of each partition's oldest record"


def mid_redrive(rig: Rig) -> str:
    rig.fill(50)
    rig.produce([event(90_000 + n, latitude=str(fields(90_000 + n)["latitude"])) for n in range(LETTERS)])
    rig.deliver()
    # It reads what it has written itself; whoever comes next is held again.
    (rig.programs.folder / RELEASED).touch()
    rig.command("dead-letters", "waive", "--reason-text=broken", "--partition=1").ended_with(0)
    for sign in (REACHED, RELEASED):
        (rig.programs.folder / sign).unlink()
    patch = rig.programs.folder / "patch.py"
    patch.write_text(MEND)
    redrive = rig.command("redrive", "--send", f"--patch={patch}", "--json", kafka__timeout=40)
    rig.delivered = False
    said = goes_on(rig, redrive, f"{rig.topic}.redrives")
    assert json.loads(said)["sent"] == LETTERS
    again = rig.command("redrive", "--send", f"--patch={patch}", "--json", kafka__timeout=40)
    again.ended_with(0)
    assert json.loads(again.said())["sent"] == 0
    return f"exit code 0, {LETTERS} letters sent once"


def producers_start(rig: Rig) -> str:
    rig.producer(producer__pages=1).ended_with(0)
    goes_on(rig, rig.producer("faults.held", kafka__timeout=40), f"{rig.topic}.cursor")
    return "exit code 0"


def _cell(id_: str, component: str, moment: str, play: Callable[[Rig], str]) -> Cell:
    fault = "one broker of three killed"
    return Cell(id_, component, moment, fault, Promise.BROKERS, play, needs="three brokers")


READERS = (
    _cell("verify-leader-killed", "verify", "records are about to be read", mid_verify),
    _cell("lag-leader-killed", "lag", "records are about to be read", mid_lag),
    _cell("redrive-leader-killed", "redrive", "redrives are about to be read", mid_redrive),
    _cell("producer-start-leader-killed", "producer", "cursors are about to be read", producers_start),
)
