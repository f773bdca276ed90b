"""The driver is killed at each named point, and stopped; contracts change between crash and recovery."""

from __future__ import annotations

from collections.abc import Callable

from faults.audit.stored import CONTRACTS
from faults.matrix.cell import Cell
from faults.promises import Promise
from faults.rig import Rig
from faults.traps import Act, Fault

MANIFEST = r"PUT .*\.manifest\.json"
DOCUMENT = r"PUT .*/_waybill/contracts/.*"
DATA = r"PUT .*/data/.*"
LETTERS = r"PUT .*/dead_letters/.*"
RECEIPT = r"PUT .*\.receipt\.json"
LATEST = r"PUT .*/latest\.json"
CONTRACT_REFUSED = 27
CORRUPT = 32


def killed(fault: Fault) -> Callable[[Rig], str]:
    """SIGKILL while a request to the store is held, on its way or on its way back; then another driver."""

    def play(rig: Rig) -> str:
        rig.fill()
        trap = rig.on_store(fault)
        victim = rig.driver()
        trap.await_reached()
        victim.kill()
        trap.drop()
        rig.check_at_this_moment()
        rig.fill(10, 1)
        rig.deliver()
        return "killed; the next run finished the commit and went on"

    return play


def killed_twice(rig: Rig) -> str:
    """The recovery dies as well."""
    rig.fill()
    for skip in (1, 2):
        trap = rig.on_store(Fault(Act.HOLD, DATA, skip=skip))
        victim = rig.driver()
        trap.await_reached()
        victim.kill()
        trap.drop()
        rig.check_at_this_moment()
    rig.deliver()
    return "killed twice; the third run finished the commit"


def sigterm(rig: Rig) -> str:
    rig.fill()
    trap = rig.on_store(Fault(Act.HOLD, DATA, skip=1))
    driver = rig.driver(delivery__trigger="1 seconds")
    trap.await_reached()
    driver.terminate()
    trap.release()
    driver.ended_with(0)
    stored = rig.stored()
    assert sorted(stored.receipts) == sorted(stored.manifests) == [1]
    return "the commit in hand was finished, exit code 0"


def left_open(rig: Rig, version: int) -> None:
    """A driver whose folder has this version of the contract dies behind its first object."""
    rig.fill()
    trap = rig.on_store(Fault(Act.HOLD, DATA, skip=1))
    victim = rig.driver_with(version)
    trap.await_reached()
    victim.kill()
    trap.drop()


def upgraded(rig: Rig) -> str:
    left_open(rig, 1)
    rig.fill(10, 1)
    rig.driver_with(2).ended_with(0)
    stored = rig.stored()
    assert [stored.manifest(n)["contract"]["version"] for n in (1, 2)] == [1, 2]
    return "the open commit under contract 1, the next under 2"


def set_back(rig: Rig) -> str:
    left_open(rig, 2)
    rig.fill(10, 1)
    rig.driver_with(1).ended_with(CONTRACT_REFUSED)
    stored = rig.stored()
    assert sorted(stored.receipts) == sorted(stored.manifests) == [1]
    rig.driver_with(2).ended_with(0)
    return "the open commit under contract 2, then exit code 27 and nothing written"


def document_gone(rig: Rig) -> str:
    left_open(rig, 1)
    [(name, text)] = rig.stored().documents.items()
    place = f"{rig.root}/names/{CONTRACTS}{name}.json"
    rig.store_files.delete_file(place)
    before = rig.stored()
    rig.driver_with(2).ended_with(CORRUPT)
    assert rig.stored() == before
    with rig.store_files.open_output_stream(place) as stream:
        stream.write(text)
    rig.driver_with(2).ended_with(0)
    return "exit code 32 and nothing written; with its document again it was finished"


def _killed(name: str, moment: str, fault: Fault, *, quick: bool = False) -> Cell:
    return Cell(
        f"driver-killed-{name}", "driver", moment, "SIGKILL", Promise.ONCE, killed(fault), quick=quick
    )


DRIVER = (
    _killed("starting", "start-up check of the store", Fault(Act.HOLD_REPLY, "PUT .*/probes/.*")),
    _killed("before-document", "before the contract's document", Fault(Act.HOLD, DOCUMENT)),
    _killed("document-unanswered", "after the contract's document", Fault(Act.HOLD_REPLY, DOCUMENT)),
    _killed("before-manifest", "before the manifest", Fault(Act.HOLD, MANIFEST), quick=True),
    _killed("manifest-unanswered", "after the manifest", Fault(Act.HOLD_REPLY, MANIFEST), quick=True),
    _killed("first-object", "before the first object", Fault(Act.HOLD, DATA)),
    Cell(
        "driver-killed-mid-object",
        "driver",
        "half of an object is sent",
        "SIGKILL",
        Promise.WHOLE,
        killed(Fault(Act.HALF, DATA, skip=1)),
        quick=True,
    ),
    Cell(
        "driver-killed-mid-letters",
        "driver",
        "half of the dead letters is sent",
        "SIGKILL",
        Promise.WHOLE,
        killed(Fault(Act.HALF, LETTERS)),
    ),
    _killed("some-objects", "after some objects", Fault(Act.HOLD, DATA, skip=3), quick=True),
    _killed("object-unanswered", "an object is stored, unanswered", Fault(Act.HOLD_REPLY, DATA, skip=2)),
    _killed("before-receipt", "before the receipt", Fault(Act.HOLD, RECEIPT), quick=True),
    Cell(
        "driver-killed-mid-receipt",
        "driver",
        "half of the receipt is sent",
        "SIGKILL",
        Promise.WHOLE,
        killed(Fault(Act.HALF, RECEIPT)),
    ),
    _killed("receipt-unanswered", "after the receipt", Fault(Act.HOLD_REPLY, RECEIPT), quick=True),
    _killed("before-hint", "before latest.json", Fault(Act.HOLD, LATEST)),
    Cell("driver-killed-twice", "driver", "after some objects, twice", "SIGKILL", Promise.ONCE, killed_twice),
    Cell("driver-sigterm", "driver", "after some objects", "SIGTERM", Promise.ONCE, sigterm),
    Cell(
        "driver-upgraded",
        "driver",
        "open commit",
        "the contract's next version",
        Promise.CONTRACT,
        upgraded,
    ),
    Cell(
        "driver-contract-set-back",
        "driver",
        "open commit",
        "the contract's version before",
        Promise.CONTRACT,
        set_back,
    ),
    Cell(
        "driver-contract-gone",
        "driver",
        "open commit",
        "its contract's document deleted",
        Promise.CONTRACT,
        document_gone,
    ),
)
