"""The producer is killed, doubled, frozen; its brokers are lost, slow, moved or full."""

from __future__ import annotations

import json
import os
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path

from confluent_kafka import ElectionType
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AlterConfigOpType
from confluent_kafka.admin import ConfigEntry
from confluent_kafka.admin import ConfigResource
from confluent_kafka.admin import ResourceType
from faults.matrix.cell import Cell
from faults.matrix.cell import Promise
from faults.rig import Rig
from faults.traps import Act
from faults.traps import Fault

FENCED, KAFKA_UNAVAILABLE, DELIVERY_FAILED = 24, 20, 21
TRANSACTION_TOPIC, COORDINATORS = "__transaction_state", 3

# A page in many small requests, so that some of its records can be there before others.
SMALL_BATCHES = json.dumps({"batch.num.messages": "5", "max.in.flight.requests.per.connection": "1"})


def killed(fault: Fault) -> Callable[[Rig], str]:
    """SIGKILL while a request of the second page is held, on its way or on its way back."""

    def play(rig: Rig) -> str:
        rig.producer(producer__pages=1).ended_with(0)
        trap = rig.on_kafka(fault)
        victim = rig.producer(producer__pages=1, kafka__properties=SMALL_BATCHES)
        trap.await_reached()
        victim.kill()
        trap.drop()
        rig.producer(producer__pages=1).ended_with(0)
        return "killed; the next run went on"

    return play


def killed_while_it_waits_for_the_api(rig: Rig) -> str:
    rig.producer(producer__pages=1).ended_with(0)
    victim = rig.producer(producer__pages=100, producer__pause_interval=5)
    rig.until(lambda: "page published" in victim.log(), "page 2")
    victim.kill()
    rig.producer(producer__pages=1).ended_with(0)
    return "killed; the next run went on"


def sigterm(rig: Rig) -> str:
    trap = rig.on_kafka(Fault(Act.HOLD, "EndTxn"))
    program = rig.producer(producer__pages=50)
    trap.await_reached()
    program.terminate()
    time.sleep(0.3)
    trap.release()
    program.ended_with(0)
    return "the open transaction was finished, exit code 0"


def passes(fault: Fault) -> Callable[[Rig], str]:
    """The run takes it in its stride."""

    def play(rig: Rig) -> str:
        trap = rig.on_kafka(fault)
        rig.producer(producer__pages=4).ended_with(0)
        assert trap.struck > 0
        return "exit code 0"

    return play


def in_mid_run(rig: Rig, disturb: Callable[[Rig], None]) -> str:
    """A run of 40 pages; ``disturb`` when it has asked for ten."""
    program = rig.producer(producer__pages=40, producer__pause_interval=0.05, kafka__timeout=40)
    rig.until(lambda: len(rig.simulator.requests) > 10, "page 10")
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
    [java] = [int(pid) for pid in Path(f"/proc/{group}/task/{group}/children").read_text().split()]
    resource.prlimit(java, resource.RLIMIT_FSIZE, (4096, 4096))


def leader_moved(rig: Rig) -> str:
    """A broker comes back in mid-run and is made the leader again, as its place in the list says."""
    rig.producer(producer__pages=1).ended_with(0)
    preferred = leader(rig, rig.topic, 0)
    rig.kafka.kill_node(preferred)
    rig.until(lambda: leader(rig, rig.topic, 0) != preferred, "another leader")
    rig.kafka.restart_nodes(preferred)
    places = [TopicPartition(rig.topic, 0)]

    def elected() -> bool:
        return rig.admin.elect_leaders(ElectionType.PREFERRED, places).result(timeout=10)[places[0]] is None

    def move(rig: Rig) -> None:
        rig.until(elected, "the move")

    return in_mid_run(rig, move)


def all_brokers_down(rig: Rig) -> str:
    program = rig.producer(producer__pages=500, producer__pause_interval=0.02, kafka__timeout=5)
    rig.until(lambda: len(rig.simulator.requests) > 5, "page 5")
    rig.kafka.kill_node(1)
    code = program.ended_with(KAFKA_UNAVAILABLE, DELIVERY_FAILED)
    rig.kafka.restart_nodes(1)
    rig.producer(producer__pages=1).ended_with(0)
    return f"exit code {code}, then 0"


def together(rig: Rig) -> str:
    first, second = rig.producer(producer__pages=5), rig.producer(producer__pages=5)
    codes = sorted((first.ended_with(0, FENCED), second.ended_with(0, FENCED)))
    assert 0 in codes
    return f"exit codes {codes}"


def fenced_in_mid_run(rig: Rig) -> str:
    first = rig.producer(producer__pages=100, producer__pause_interval=0.5)
    rig.until(lambda: "page published" in first.log(), "page 1")
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


def clock_set_back(rig: Rig) -> str:
    rig.producer(producer__pages=2).ended_with(0)
    rig.producer("faults.set_back", producer__pages=2).ended_with(0)
    return "later pages have earlier days; exit code 0"


def largest_page(rig: Rig) -> str:
    rig.rows_per_object = 2000
    rig.producer(producer__pages=2, source__results=5000).ended_with(0)
    return "one transaction, exit code 0"


def records_too_large(rig: Rig) -> str:
    rig.create_topic(**{"max.message.bytes": "200"})
    rig.producer(producer__pages=1).ended_with(DELIVERY_FAILED)
    wider = ConfigEntry("max.message.bytes", "1000000", incremental_operation=AlterConfigOpType.SET)
    resource_ = ConfigResource(ResourceType.TOPIC, rig.topic, incremental_configs=[wider])
    rig.admin.incremental_alter_configs([resource_])[resource_].result(timeout=10)
    rig.producer(producer__pages=2).ended_with(0)
    return "exit code 21 with nothing visible, then 0"


def _killed(name: str, moment: str, fault: Fault, *, quick: bool = False) -> Cell:
    return Cell(
        f"producer-killed-{name}", "producer", moment, "SIGKILL", Promise.PAGES, killed(fault), quick=quick
    )


def _three(name: str, moment: str, fault: str, play: Callable[[Rig], str]) -> Cell:
    return Cell(f"producer-{name}", "producer", moment, fault, Promise.BROKERS, play, needs="three brokers")


def _kill(rig: Rig) -> None:
    rig.kafka.kill_node(leader(rig, rig.topic, 0))


def _kill_coordinator(rig: Rig) -> None:
    rig.kafka.kill_node(coordinator(rig))


PRODUCER = (
    _killed("starting", "before it fences older ones", Fault(Act.HOLD, "InitProducerId")),
    _killed("first-record", "before the transaction's first record", Fault(Act.HOLD, "Produce")),
    _killed("some-records", "inside the transaction", Fault(Act.HOLD, "Produce", skip=4), quick=True),
    _killed("record-unanswered", "a record is stored, unanswered", Fault(Act.HOLD_REPLY, "Produce", skip=2)),
    _killed("before-commit", "before the commit arrives", Fault(Act.HOLD, "EndTxn"), quick=True),
    _killed("commit-unanswered", "committed, unanswered", Fault(Act.HOLD_REPLY, "EndTxn"), quick=True),
    Cell(
        "producer-killed-between-pages",
        "producer",
        "between two pages",
        "SIGKILL",
        Promise.PAGES,
        killed_while_it_waits_for_the_api,
    ),
    Cell("producer-sigterm", "producer", "before the commit arrives", "SIGTERM", Promise.PAGES, sigterm),
    Cell(
        "producer-commit-answer-lost",
        "producer",
        "committed",
        "connection lost",
        Promise.PAGES,
        passes(Fault(Act.LOSE_REPLY, "EndTxn", skip=1)),
        quick=True,
    ),
    Cell(
        "producer-commit-reset",
        "producer",
        "before the commit arrives",
        "connection reset",
        Promise.PAGES,
        passes(Fault(Act.RESET, "EndTxn", skip=1)),
    ),
    Cell(
        "producer-record-answer-lost",
        "producer",
        "a record is stored",
        "connection lost",
        Promise.PAGES,
        passes(Fault(Act.LOSE_REPLY, "Produce", skip=1)),
    ),
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
    Cell(
        "producer-clock-set-back",
        "producer",
        "between runs",
        "clock 400 days late",
        Promise.PAGES,
        clock_set_back,
    ),
    Cell("producer-largest-page", "producer", "any", "page of 5,000 users", Promise.PAGES, largest_page),
    Cell(
        "producer-message-limit",
        "producer",
        "any",
        "records above the limit",
        Promise.PAGES,
        records_too_large,
    ),
)
