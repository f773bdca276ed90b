"""What the local engine's processes add, and the two engines themselves beside each other: Spark with its JVM."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from faults.engines import Driver
from faults.matrix.cell import Cell
from faults.matrix.driver import DATA, MANIFEST, RECEIPT
from faults.programs import Program
from faults.promises import Promise
from faults.rig import Rig
from faults.traps import Act, Fault
from processes import descendants, runs
from waiting import wait_until

FENCED = 34


def workers_killed(rig: Rig) -> str:
    """All processes below the driver: those that carry splits, and the one that forks them."""
    rig.fill()
    trap = rig.on_store(Fault(Act.HOLD, DATA, skip=1))
    driver = rig.driver()
    trap.await_reached()
    family = [pid for pid, _ in descendants(driver.child.pid)]
    assert len(family) > 1
    for pid in family:
        os.kill(pid, signal.SIGKILL)
    trap.drop()
    driver.ended_with(0)
    stored = rig.stored()
    assert stored.manifest(1)["writer"] == stored.receipt(1)["writer"], "another run has finished it"
    return "other workers carry their splits, exit code 0"


def killed_alone(rig: Rig) -> str:
    """The driver and none of its workers, as the kernel does where memory is short."""
    rig.fill()
    trap = rig.on_store(Fault(Act.HOLD, DATA, skip=1))
    driver = rig.driver()
    trap.await_reached()
    family = [pid for pid, _ in descendants(driver.child.pid)]
    os.kill(driver.child.pid, signal.SIGKILL)
    wait_until(lambda: not any(map(runs, family)), "a worker's end")
    trap.drop()
    rig.check_at_this_moment()
    rig.deliver()
    return "its workers ended with it; the next run finished the commit"


def killed_in_mid_commit(rig: Rig, start: Callable[[], Program]) -> None:
    """Half of an object is on its way; more records come after it."""
    rig.fill()
    trap = rig.on_store(Fault(Act.HALF, DATA, skip=1))
    victim = start()
    trap.await_reached()
    victim.kill()
    trap.drop()
    rig.check_at_this_moment()
    rig.fill(10, 1)


def spark_finishes(rig: Rig) -> str:
    """The local engine dies in mid-commit."""
    killed_in_mid_commit(rig, rig.driver)
    rig.settle()
    rig.spark_driver(delivery__rows_per_object=40).ended_with(0)
    rig.delivered = True
    return "killed; Spark finished the commit and went on"


def local_finishes(rig: Rig) -> str:
    """Spark dies in mid-commit, with JVM and workers."""
    killed_in_mid_commit(rig, rig.spark_driver)
    rig.deliver(delivery__rows_per_object=40)
    return "killed; the local engine finished the commit and went on"


def race(rig: Rig) -> str:
    """Spark stands before its manifest until the local engine is about to write one, too: both go on at once."""
    rig.fill(150)
    trap = rig.on_store(Fault(Act.HOLD, MANIFEST))
    spark = rig.spark_driver()
    trap.await_reached()
    second = rig.on_store(Fault(Act.HOLD, MANIFEST))
    local = rig.driver(delivery__rows_per_object=40)
    second.await_reached()
    second.release()
    trap.release()
    codes = spark.ended_with(0, FENCED), local.ended_with(0, FENCED)
    assert 0 in codes
    return f"exit codes {codes[0]} and {codes[1]}"


def overtaken(rig: Rig) -> str:
    """Spark is held before its receipt, while the local engine runs from start to end."""
    rig.fill()
    trap = rig.on_store(Fault(Act.HOLD, RECEIPT))
    spark = rig.spark_driver()
    trap.await_reached()
    spark.freeze()
    rig.deliver(delivery__rows_per_object=40)
    trap.release()
    spark.wake()
    spark.ended_with(FENCED)
    return "exit code 34 for Spark"


def _local(name: str, fault: str, promise: Promise, play: Callable[[Rig], str]) -> Cell:
    return Cell(f"local-{name}", "driver", "after some objects", fault, promise, play, driver=Driver.LOCAL)


def _two(name: str, moment: str, fault: str, promise: Promise, play: Callable[[Rig], str]) -> Cell:
    return Cell(f"engines-{name}", "driver", moment, fault, promise, play, driver=Driver.SPARK_AND_LOCAL)


ENGINES = (
    _local("workers-killed", "all workers killed", Promise.EXECUTORS, workers_killed),
    _local("killed-alone", "SIGKILL, to the driver alone", Promise.ONCE, killed_alone),
    _two("spark-finishes", "half of an object is sent", "SIGKILL to local", Promise.WHOLE, spark_finishes),
    _two("local-finishes", "half of an object is sent", "SIGKILL to Spark", Promise.WHOLE, local_finishes),
    _two("race", "before the manifest", "both at once", Promise.ANY_DRIVERS, race),
    _two("spark-overtaken", "before the receipt", "SIGSTOP, overtaken, SIGCONT", Promise.BEATEN, overtaken),
)
