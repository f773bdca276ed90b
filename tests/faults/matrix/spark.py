"""The Spark application itself, on local[2] and on a cluster of processes: what its JVM and workers add."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from faults.engines import Driver
from faults.matrix.cell import Cell
from faults.matrix.driver import DATA, MANIFEST, RECEIPT
from faults.promises import Promise
from faults.rig import Rig
from faults.traps import Act, Fault
from processes import descendants

FENCED = 34
SPARK_FAILED = 37
"""It can't go on without its checkpoint."""


def killed(fault: Fault) -> Callable[[Rig], str]:
    """SIGKILL for driver, JVM and workers at once; then the Spark application once more."""

    def play(rig: Rig) -> str:
        rig.fill()
        trap = rig.on_store(fault)
        victim = rig.spark_driver()
        trap.await_reached()
        victim.kill()
        trap.drop()
        rig.check_at_this_moment()
        rig.spark_driver().ended_with(0)
        return "killed; the next run finished the commit"

    return play


def together(rig: Rig) -> str:
    rig.fill(150)
    first, second = rig.spark_driver(), rig.spark_driver()
    codes = sorted((first.ended_with(0, FENCED), second.ended_with(0, FENCED)))
    assert 0 in codes
    return f"exit codes {codes}"


def zombie(rig: Rig) -> str:
    rig.fill()
    trap = rig.on_store(Fault(Act.HOLD, RECEIPT))
    frozen = rig.spark_driver()
    trap.await_reached()
    frozen.freeze()
    rig.spark_driver(delivery__rows_per_object=40).ended_with(0)
    trap.release()
    frozen.wake()
    frozen.ended_with(FENCED)
    return "exit code 34 for the zombie"


def checkpoints(rig: Rig) -> list[Path]:
    return sorted(rig.programs.folder.glob("waybill-checkpoint-*"))


def checkpoint_deleted(rig: Rig) -> str:
    """While its first commit is in hand."""
    rig.fill()
    trap = rig.on_store(Fault(Act.HOLD, DATA, skip=1))
    driver = rig.spark_driver()
    trap.await_reached()
    [folder] = checkpoints(rig)
    shutil.rmtree(folder)
    trap.release()
    code = driver.ended_with(0, SPARK_FAILED)
    rig.spark_driver().ended_with(0)
    return f"exit code {code}, then 0"


def checkpoint_of_another_age(rig: Rig) -> str:
    """A killed run's checkpoint stands where the next one makes its own."""
    rig.fill()
    trap = rig.on_store(Fault(Act.HOLD, DATA, skip=1))
    victim = rig.spark_driver()
    trap.await_reached()
    victim.kill()
    trap.drop()
    [old] = checkpoints(rig)
    rig.fill(30, 1)
    rig.spark_driver().ended_with(0)
    assert checkpoints(rig) == [old]
    return "left as it was, exit code 0"


def worker_killed(rig: Rig) -> str:
    """The Python process that carries a split."""
    rig.fill()
    trap = rig.on_store(Fault(Act.HOLD, DATA, skip=1))
    driver = rig.spark_driver()
    trap.await_reached()
    workers = [pid for pid, words in descendants(driver.child.pid) if "pyspark.worker" in words]
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    trap.drop()
    driver.ended_with(0)
    return "the driver carries that split itself, exit code 0"


def executor_killed(rig: Rig) -> str:
    """A worker of the cluster with its executor, as a power cut."""
    rig.fill(100)
    trap = rig.on_store(Fault(Act.HOLD, DATA, skip=2))
    driver = rig.spark_driver()
    trap.await_reached()
    assert rig.cluster is not None
    rig.cluster.kill(1)
    trap.drop()
    driver.ended_with(0)
    stored = rig.stored()
    assert stored.manifest(1)["writer"] == stored.receipt(1)["writer"], "another run has finished it"
    return "the same run finished the commit, exit code 0"


def store_fault(rig: Rig) -> str:
    rig.fill()
    rig.on_store(Fault(Act.ANSWER, DATA, times=3))
    rig.on_store(Fault(Act.LOSE_REPLY, RECEIPT))
    rig.spark_driver().ended_with(0)
    return "exit code 0"


def _cell(
    name: str, moment: str, fault: str, promise: Promise, play: Callable[[Rig], str], *, needs: str = ""
) -> Cell:
    return Cell(f"spark-{name}", "spark", moment, fault, promise, play, driver=Driver.SPARK, needs=needs)


SPARK = (
    _cell(
        "killed-manifest",
        "after the manifest",
        "SIGKILL",
        Promise.ONCE,
        killed(Fault(Act.HOLD_REPLY, MANIFEST)),
    ),
    Cell(
        "spark-killed-mid-object",
        "spark",
        "half of an object is sent",
        "SIGKILL",
        Promise.WHOLE,
        killed(Fault(Act.HALF, DATA, skip=1)),
        driver=Driver.SPARK,
        quick=True,
    ),
    _cell("killed-receipt", "before the receipt", "SIGKILL", Promise.ONCE, killed(Fault(Act.HOLD, RECEIPT))),
    _cell("two-started", "start", "two drivers", Promise.ANY_DRIVERS, together),
    _cell("zombie", "before the receipt", "SIGSTOP, overtaken, SIGCONT", Promise.BEATEN, zombie),
    _cell(
        "checkpoint-deleted",
        "after some objects",
        "checkpoint deleted",
        Promise.CHECKPOINT,
        checkpoint_deleted,
    ),
    _cell(
        "checkpoint-old",
        "between runs",
        "checkpoint of another age",
        Promise.CHECKPOINT,
        checkpoint_of_another_age,
    ),
    _cell("worker-killed", "after some objects", "Python workers killed", Promise.EXECUTORS, worker_killed),
    _cell(
        "executor-killed",
        "after some objects",
        "worker and executor killed",
        Promise.EXECUTORS,
        executor_killed,
        needs="spark cluster",
    ),
    _cell("store", "objects and receipt created", "503, and an answer lost", Promise.STORE, store_fault),
)
