"""Brokers and connections are lost or slow while a driver delivers."""

from __future__ import annotations

from collections.abc import Callable

from faults.matrix.brokers import freeze_leader, leader
from faults.matrix.cell import Cell
from faults.matrix.driver import DATA, MANIFEST
from faults.promises import Promise
from faults.rig import Rig
from faults.traps import Act, Fault, Trap

from waybill_common.errors import KafkaUnavailable

UNAVAILABLE = KafkaUnavailable.exit_code


def held(rig: Rig, label: str, skip: int = 0) -> Trap:
    """A trap that the next driver falls into."""
    return rig.on_store(Fault(Act.HOLD, label, skip=skip))


def passing(fault: Fault) -> Callable[[Rig], str]:
    def play(rig: Rig) -> str:
        rig.fill(200)
        trap = rig.on_kafka(fault)
        rig.driver().ended_with(0)
        assert trap.struck > 0
        return "exit code 0"

    return play


def in_mid_commit(disturb: Callable[[Rig], None]) -> Callable[[Rig], str]:
    """Three brokers; something happens to one while a commit is in hand."""

    def play(rig: Rig) -> str:
        rig.fill(150)
        trap = held(rig, DATA, skip=1)
        driver = rig.driver(kafka__timeout=40)
        trap.await_reached()
        disturb(rig)
        trap.release()
        driver.ended_with(0)
        return "exit code 0"

    return play


def killed_leader(rig: Rig) -> None:
    rig.kafka.kill_node(leader(rig, rig.topic, 0))


def all_down(rig: Rig) -> str:
    rig.fill(150)
    trap = held(rig, MANIFEST)
    driver = rig.driver(kafka__timeout=5)
    trap.await_reached()
    rig.kafka.kill_node(1)
    trap.release()
    driver.ended_with(UNAVAILABLE)
    rig.kafka.restart_nodes(1)
    rig.deliver()
    return f"exit code {UNAVAILABLE}, then 0"


KAFKA = (
    Cell(
        "kafka-leader-killed",
        "kafka",
        "after some objects",
        "one broker of three killed",
        Promise.BROKERS,
        in_mid_commit(killed_leader),
        needs="three brokers",
    ),
    Cell(
        "kafka-leader-frozen",
        "kafka",
        "after some objects",
        "one broker of three frozen for 4 s",
        Promise.BROKERS,
        in_mid_commit(freeze_leader),
        needs="three brokers",
    ),
    Cell("kafka-down", "kafka", "after the manifest", "only broker killed", Promise.BROKERS, all_down),
    Cell(
        "kafka-fetch-reset",
        "kafka",
        "records are read",
        "connection reset",
        Promise.BROKERS,
        passing(Fault(Act.RESET, "Fetch", times=3)),
    ),
    Cell(
        "kafka-fetch-answer-lost",
        "kafka",
        "records are read",
        "answer lost",
        Promise.BROKERS,
        passing(Fault(Act.LOSE_REPLY, "Fetch", skip=1, times=2)),
    ),
    Cell(
        "kafka-slow",
        "kafka",
        "any",
        "each request takes 0.2 s longer",
        Promise.BROKERS,
        passing(Fault(Act.SLOW, ".*", times=None)),
    ),
    Cell(
        "kafka-offsets-reset",
        "kafka",
        "offsets are asked for",
        "connection reset",
        Promise.BROKERS,
        passing(Fault(Act.RESET, "ListOffsets", skip=1, times=2)),
        quick=True,
    ),
)
