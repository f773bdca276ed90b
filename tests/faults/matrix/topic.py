"""The topic loses records, is made again, deleted, widened; transactions are aborted or left open."""

from __future__ import annotations

from collections.abc import Callable

from changed_topics import add_partitions, delete_topic
from confluent_kafka import TopicPartition
from faults.matrix.cell import Cell
from faults.matrix.driver import DATA
from faults.matrix.kafka import held
from faults.promises import Promise
from faults.records import event
from faults.rig import Rig
from waiting import wait_until

from waybill_common.errors import DataLoss, KafkaUnavailable, TopicRefused

LOSS, GONE, UNAVAILABLE = DataLoss.exit_code, TopicRefused.exit_code, KafkaUnavailable.exit_code


def expire(rig: Rig, offset: int) -> None:
    """Retention: partition 0 begins at ``offset`` from now on."""
    rig.keep_records()
    wanted = TopicPartition(rig.topic, 0, offset)
    rig.admin.delete_records([wanted])[wanted].result(timeout=30)


def retention(*, accepted: bool) -> Callable[[Rig], str]:
    """Records go that no driver has seen."""

    def play(rig: Rig) -> str:
        rig.fill()
        rig.deliver()
        frontier = rig.stored().receipt(1)["frontier"]["0"]
        rig.fill()
        expire(rig, frontier + 20)
        return lost(rig, accepted=accepted, at_most=20)

    return play


def overtaken(*, accepted: bool) -> Callable[[Rig], str]:
    """Records go that an open manifest names; some of them are stored already."""

    def play(rig: Rig) -> str:
        rig.fill(10, 1)
        rig.deliver()
        frontier = rig.stored().receipt(1)["frontier"]["0"]
        rig.fill()
        trap = held(rig, DATA, skip=2)
        victim = rig.driver()
        trap.await_reached()
        victim.kill()
        trap.drop()
        expire(rig, frontier + 55)
        return lost(rig, accepted=accepted, at_most=55)

    return play


def lost(rig: Rig, *, accepted: bool, at_most: int) -> str:
    before = rig.stored()
    rig.driver().ended_with(LOSS)
    # Objects may have come, receipts not.
    assert rig.stored().receipts == before.receipts
    rig.closes = accepted
    if not accepted:
        return f"exit code {LOSS}, no receipt"
    driver = rig.driver(delivery__accept_loss="true")
    driver.ended_with(0)
    declared = driver.summary()["lost"]
    assert 0 < declared <= at_most
    return f"exit code {LOSS}; accepted: exit code 0, {declared} offsets declared lost"


def made_again(rig: Rig) -> str:
    rig.fill()
    rig.deliver()
    rig.keep_records()
    again(rig)
    before = rig.stored()
    rig.driver().ended_with(GONE)
    assert rig.stored() == before
    rig.closes = False
    return f"exit code {GONE}, nothing written"


def made_again_in_mid_commit(rig: Rig) -> str:
    rig.fill()
    rig.deliver()
    rig.fill(30, 1)
    trap = held(rig, DATA, skip=1)
    driver = rig.driver()
    trap.await_reached()
    rig.keep_records()
    again(rig)
    trap.release()
    driver.ended_with(GONE, LOSS, UNAVAILABLE)
    assert sorted(rig.stored().receipts) == [1]
    rig.driver().ended_with(GONE)
    rig.closes = False
    return f"exit code {GONE}, no receipt"


def again(rig: Rig) -> None:
    delete_topic(rig.admin, rig.topic)
    rig.made = 0
    rig.fill(100)


def deleted(rig: Rig) -> str:
    rig.fill()
    rig.deliver()
    rig.keep_records()
    delete_topic(rig.admin, rig.topic)
    rig.driver().ended_with(GONE)
    rig.closes = False
    return f"exit code {GONE}"


def partitions_added(rig: Rig) -> str:
    rig.fill()
    driver = rig.driver(delivery__trigger="1 seconds")
    wait_until(lambda: rig.stored().receipts, "the first commit")
    rig.partitions = 4
    add_partitions(rig.admin, rig.topic, 4)
    rig.fill(30, 1)
    wait_until(lambda: "3" in last_frontier(rig), "a receipt with partition 3")
    driver.terminate()
    driver.ended_with(0)
    return "delivered from offset 0, exit code 0"


def last_frontier(rig: Rig) -> dict[str, int]:
    stored = rig.stored()
    return dict(stored.receipt(max(stored.receipts))["frontier"])


def aborted(rig: Rig) -> str:
    rig.fill()
    for _ in range(3):
        rig.produce([event(90_000 + n) for n in range(20)], commit=False)
    rig.fill(20, 1)
    rig.deliver()
    return "their offsets are empty"


def hanging(rig: Rig) -> str:
    """A producer that died inside its transaction holds readers back till the broker aborts it."""
    rig.fill()
    dying = rig.open_transaction([event(90_000 + n) for n in range(20)], timeout_ms=4000)
    rig.produce([event(95_000 + n) for n in range(20)])
    rig.driver().ended_with(0)
    rows = len(rig.stored().receipts)
    rig.settle()
    rig.deliver()
    assert len(rig.stored().receipts) == rows + 1
    dying.purge()
    return "not delivered; what comes after it is, once the broker has aborted it"


TOPIC = (
    Cell(
        "kafka-partitions-added", "kafka", "mid-run", "two partitions more", Promise.TOPIC, partitions_added
    ),
    Cell("kafka-topic-made-again", "kafka", "between runs", "topic made again", Promise.TOPIC, made_again),
    Cell(
        "kafka-topic-made-again-mid-commit",
        "kafka",
        "after some objects",
        "topic made again",
        Promise.TOPIC,
        made_again_in_mid_commit,
    ),
    Cell("kafka-topic-deleted", "kafka", "between runs", "topic deleted", Promise.TOPIC, deleted),
    Cell(
        "kafka-retention-refused",
        "kafka",
        "between runs",
        "retention passes the frontier",
        Promise.LOSS,
        retention(accepted=False),
    ),
    Cell(
        "kafka-retention-accepted",
        "kafka",
        "between runs",
        "retention passes the frontier, accepted",
        Promise.LOSS,
        retention(accepted=True),
    ),
    Cell(
        "kafka-retention-open-refused",
        "kafka",
        "after some objects",
        "retention passes the frontier",
        Promise.LOSS,
        overtaken(accepted=False),
    ),
    Cell(
        "kafka-retention-open-accepted",
        "kafka",
        "after some objects",
        "retention passes the frontier, accepted",
        Promise.LOSS,
        overtaken(accepted=True),
    ),
    Cell("kafka-aborted", "kafka", "any", "transactions aborted", Promise.ABORTED, aborted, quick=True),
    Cell("kafka-hanging", "kafka", "any", "transaction left open", Promise.ABORTED, hanging),
)
