"""The producer's brokers are killed, frozen, slow, moved or full."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable

from confluent_kafka import ElectionType, TopicPartition
from faults.matrix.cell import Cell
from faults.matrix.producer import passes
from faults.promises import Promise
from faults.rig import Rig
from faults.traps import Act, Fault
from processes import children
from waiting import wait_until

KAFKA_UNAVAILABLE, DELIVERY_FAILED = 20, 21
TRANSACTION_TOPIC, COORDINATORS = "__transaction_state", 3


def in_mid_run(rig: Rig, disturb: Callable[[Rig], None]) -> str:
    """A run of 40 pages; ``disturb`` when it has asked for ten."""
    program = rig.producer(producer__pages=40, producer__pause_interval=0.05, kafka__timeout=40)
    wait_until(lambda: len(rig.simulator.requests) > 10, "page 10")
    disturb(rig)
    program.ended_with(0)
    return "exit code 0"


def leader(rig: Rig, topic: str, partition: int) -> int:
    return int(rig.admin.list_topics(topic, timeout=10).topics[topic].partitions[partition].leader)


def coordinator(rig: Rig) -> int:
    """The broker that keeps this producer's transactions: Java's hash of the transactional id says which."""
    number = 0
    for sign in f"waybill-names-{rig.topic}":
        number = (31 * number + ord(sign)) & 0xFFFFFFFF
    return leader(rig, TRANSACTION_TOPIC, (number & 0x7FFFFFFF) % COORDINATORS)


def freeze_leader(rig: Rig) -> None:
    group = rig.kafka.pids()[leader(rig, rig.topic, 0)]
    os.killpg(group, signal.SIGSTOP)
    time.sleep(4)
    os.killpg(group, signal.SIGCONT)


def disk_full(rig: Rig) -> str:
    """No file of this broker may grow any more: each write fails, as on a full disk, and the broker gives up."""
    full: list[int] = []

    def fill(rig: Rig) -> None:
        full.append(leader(rig, rig.topic, 0))
        limit_files(rig.kafka.pids()[full[0]])

    outcome = in_mid_run(rig, fill)
    # What is left of it: it is started again without the limit.
    rig.kafka.kill_node(full[0])
    return outcome


def limit_files(group: int) -> None:
    [java] = children(group)
    resource.prlimit(java, resource.RLIMIT_FSIZE, (4096, 4096))


def leader_moved(rig: Rig) -> str:
    """A broker comes back in mid-run and is made the leader again, as its place in the list says."""
    rig.producer(producer__pages=1).ended_with(0)
    preferred = leader(rig, rig.topic, 0)
    rig.kafka.kill_node(preferred)
    wait_until(lambda: leader(rig, rig.topic, 0) != preferred, "another leader")
    rig.kafka.restart_nodes(preferred)
    places = [TopicPartition(rig.topic, 0)]

    def elected() -> bool:
        return rig.admin.elect_leaders(ElectionType.PREFERRED, places).result(timeout=10)[places[0]] is None

    def move(rig: Rig) -> None:
        wait_until(elected, "the move")

    return in_mid_run(rig, move)


def all_brokers_down(rig: Rig) -> str:
    program = rig.producer(producer__pages=500, producer__pause_interval=0.02, kafka__timeout=5)
    wait_until(lambda: len(rig.simulator.requests) > 5, "page 5")
    rig.kafka.kill_node(1)
    code = program.ended_with(KAFKA_UNAVAILABLE, DELIVERY_FAILED)
    rig.kafka.restart_nodes(1)
    rig.producer(producer__pages=1).ended_with(0)
    return f"exit code {code}, then 0"


def _three(name: str, moment: str, fault: str, play: Callable[[Rig], str]) -> Cell:
    return Cell(f"producer-{name}", "producer", moment, fault, Promise.BROKERS, play, needs="three brokers")


def _kill(rig: Rig) -> None:
    rig.kafka.kill_node(leader(rig, rig.topic, 0))


def _kill_coordinator(rig: Rig) -> None:
    rig.kafka.kill_node(coordinator(rig))


BROKERS = (
    Cell(
        "producer-slow-broker",
        "producer",
        "any",
        "each request takes 0.2 s longer",
        Promise.BROKERS,
        passes(Fault(Act.SLOW, ".*", times=None)),
    ),
    Cell("producer-broker-down", "producer", "any", "only broker killed", Promise.BROKERS, all_brokers_down),
    _three("leader-killed", "any", "one broker of three killed", lambda rig: in_mid_run(rig, _kill)),
    _three(
        "coordinator-killed",
        "any",
        "transaction coordinator killed",
        lambda rig: in_mid_run(rig, _kill_coordinator),
    ),
    _three(
        "leader-frozen",
        "any",
        "one broker of three frozen for 4 s",
        lambda rig: in_mid_run(rig, freeze_leader),
    ),
    _three("disk-full", "any", "one broker of three can't write", disk_full),
    _three("leader-moved", "any", "leader moved", leader_moved),
)
