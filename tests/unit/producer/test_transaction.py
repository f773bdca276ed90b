"""What a producer's answers mean, with a producer that gives them as told."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, cast

import pytest
from confluent_kafka import KafkaError, KafkaException
from unit.producer.test_cursor import make_cursor

from waybill_common.errors import DeliveryFailed, ProducerFenced, SettingsRefused
from waybill_common.kafka import lost_transactions
from waybill_common.kafka.transactional import TransactionLost
from waybill_producer.cursor.resuming import CursorTopicState, PagePosition
from waybill_producer.publishing.batch import Batch, BatchRecord, Draft
from waybill_producer.publishing.batch_transaction import RecordsTooLarge, publish_to_kafka
from waybill_producer.publishing.publishing_session import Publisher, PublishingSession

CURSOR = make_cursor(page=8)
RECORDS = (BatchRecord("t", b"k", b"v", ()), BatchRecord("t.cursor", b"k", b"v", ()))
BATCH = Batch(8, RECORDS, CURSOR, 1, {}, cast(Draft, None))

FENCED = KafkaException(KafkaError(KafkaError._FENCED, fatal=True))
ABORTABLE = KafkaException(KafkaError(KafkaError._INCONSISTENT, txn_requires_abort=True))
RETRIABLE = KafkaException(KafkaError(KafkaError._TIMED_OUT, retriable=True))
IN_TRANSACTION = KafkaException(KafkaError(KafkaError._STATE))
FATAL = KafkaException(KafkaError(KafkaError.UNKNOWN_PRODUCER_ID, fatal=True))


class Told:
    """A producer whose calls raise what they are told to, once for each entry, and are noted."""

    def __init__(
        self, delivery_error: KafkaError | None = None, flush_left: int = 0, **errors: list[BaseException]
    ) -> None:
        self.flush_left = flush_left
        self.errors = errors
        self.delivery_error = delivery_error
        self.calls: list[str] = []
        self.reports: list[Callable[[Any, Any], None]] = []

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if self.errors.get(name):
            raise self.errors[name].pop(0)

    def begin_transaction(self) -> None:
        if "begin" in self.calls:
            self._call("begin_again")
            raise IN_TRANSACTION
        self._call("begin")

    def produce(self, *args: Any, on_delivery: Callable[[Any, Any], None], **kwargs: Any) -> None:
        if self.reports and self.errors.get("produce_after_first"):
            self._call("produce_after_first")
        self._call("produce")
        self.reports.append(on_delivery)

    def flush(self, timeout: float) -> int:
        for report in self.reports:
            report(self.delivery_error, None)
        self.reports.clear()
        self._call("flush")
        time.sleep(0.01 if self.flush_left else 0.0)
        return self.flush_left

    def __len__(self) -> int:
        return 1

    def commit_transaction(self, timeout: float) -> None:
        self._call("commit")

    def abort_transaction(self, timeout: float) -> None:
        self._call("abort")

    def purge(self) -> None:
        self._call("purge")


NOTHING_SET = "<method 'flush' of 'cimpl.Producer' objects> returned NULL without setting an exception"
"""What CPython makes of a call of confluent-kafka that met a fatal error between two callbacks."""


def wrapped(error: Exception) -> SystemError:
    outer = SystemError("returned a result with an exception set")
    outer.__cause__ = error
    return outer


def test_a_committed_batch_is_committed_once() -> None:
    producer = Told()
    publish_to_kafka(producer, BATCH, 1.0)  # type: ignore[arg-type]
    assert producer.calls == ["begin", "produce", "produce", "flush", "commit"]


def test_a_retriable_commit_is_called_again() -> None:
    producer = Told(commit=[RETRIABLE, RETRIABLE])
    publish_to_kafka(producer, BATCH, 5.0)  # type: ignore[arg-type]
    assert producer.calls[-3:] == ["commit", "commit", "commit"]


@pytest.mark.parametrize(
    "producer",
    [
        Told(commit=[ABORTABLE]),
        Told(commit=[FATAL]),
        Told(commit=[RETRIABLE] * 99),
        Told(produce=[BufferError("full")] * 99, flush_left=1),
        Told(begin=[FATAL], abort=[FATAL]),
        Told(flush=[wrapped(wrapped(FATAL))]),
        Told(flush=[SystemError(NOTHING_SET)], begin_again=[FATAL]),
        Told(delivery_error=KafkaError(KafkaError._MSG_TIMED_OUT)),
    ],
    ids=[
        "abortable",
        "fatal",
        "never_answered",
        "buffer",
        "begin",
        "flush_wrapped",
        "flush_without_a_word",
        "delivery",
    ],
)
def test_what_is_not_committed_for_sure_is_lost_and_aborted(producer: Told) -> None:
    with pytest.raises(TransactionLost):
        publish_to_kafka(producer, BATCH, 0.2)  # type: ignore[arg-type]
    assert producer.calls[-1] == "abort"


@pytest.mark.parametrize(
    "producer",
    [
        Told(begin=[FENCED]),
        Told(produce=[FENCED]),
        Told(flush=[wrapped(FENCED)]),
        Told(flush=[SystemError(NOTHING_SET)], begin_again=[FENCED]),
        Told(commit=[FENCED]),
        Told(commit=[ABORTABLE], abort=[FENCED]),
        Told(delivery_error=KafkaError(KafkaError.INVALID_PRODUCER_EPOCH), abort=[FENCED]),
    ],
    ids=["begin", "produce", "flush_wrapped", "flush_without_a_word", "commit", "abort", "delivery"],
)
def test_a_fenced_producer_ends_the_run(producer: Told) -> None:
    with pytest.raises(ProducerFenced):
        publish_to_kafka(producer, BATCH, 0.2)  # type: ignore[arg-type]


def test_an_interrupt_inside_a_transaction_aborts_it() -> None:
    producer = Told(flush=[KeyboardInterrupt()])
    with pytest.raises(KeyboardInterrupt):
        publish_to_kafka(producer, BATCH, 0.2)  # type: ignore[arg-type]
    assert producer.calls[-1] == "abort"


def test_a_bug_of_ours_keeps_its_own_error() -> None:
    with pytest.raises(SystemError):
        publish_to_kafka(Told(flush=[SystemError("ours")]), BATCH, 0.2)  # type: ignore[arg-type]


def make_session(producer: Told, page: int) -> PublishingSession:
    return PublishingSession(
        producer,  # type: ignore[arg-type]
        CursorTopicState("t", "id-1", has_records=True),
        {},
        PagePosition(page),
        {},
    )


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lost_transactions, "_PAUSE_SECONDS", 0.0)


@pytest.mark.parametrize(("found", "committed"), [(9, True), (8, False)], ids=["committed_after_all", "lost"])
def test_kafka_tells_what_became_of_a_doubtful_commit(found: int, committed: bool) -> None:
    reopened = make_session(Told(), found)
    published = Publisher(lambda **_: reopened).publish(make_session(Told(commit=[FATAL]), 8), BATCH, 0.2)
    assert published.session is reopened
    assert (published.committed is BATCH) is committed


def test_the_session_moves_on_with_the_batch() -> None:
    published = Publisher(lambda **_: pytest.fail("opened again")).publish(
        make_session(Told(), 8), BATCH, 0.2
    )
    assert published.committed is BATCH
    assert published.session.position == PagePosition(
        9, CURSOR.fingerprint, CURSOR.events, CURSOR.dead_letters
    )
    assert published.session.cursors == {CURSOR.key: CURSOR}


def test_three_losses_in_a_row_fail_the_run() -> None:
    delivery = Publisher(lambda **_: make_session(Told(commit=[FATAL]), 8))
    session = make_session(Told(commit=[FATAL]), 8)
    for _ in range(2):
        session = delivery.publish(session, BATCH, 0.2).session
    with pytest.raises(DeliveryFailed, match="Page 8"):
        delivery.publish(session, BATCH, 0.2)


def test_a_full_queue_is_waited_for() -> None:
    producer = Told(produce=[BufferError("full"), BufferError("full")])
    publish_to_kafka(producer, BATCH, 5.0)  # type: ignore[arg-type]
    assert producer.calls == [
        *("begin", "produce", "flush", "produce", "flush", "produce", "produce", "flush", "commit")
    ]


def test_a_queue_that_is_too_small_for_a_record_is_a_wrong_setting() -> None:
    producer = Empty(produce=[BufferError("full")] * 99)
    with pytest.raises(SettingsRefused, match=r"no room for a record of 2 bytes for t\."):
        publish_to_kafka(producer, BATCH, 5.0)  # type: ignore[arg-type]
    assert producer.calls[-1] == "abort"


class Empty(Told):
    def __len__(self) -> int:
        return 0


SIZE = KafkaError(KafkaError.MSG_SIZE_TOO_LARGE)
STATE = KafkaException(KafkaError(KafkaError._STATE))


@pytest.mark.parametrize(
    ("producer", "refused"),
    [
        (Told(delivery_error=SIZE), {0, 1}),
        (Told(produce=[KafkaException(SIZE)]), {0}),
        (Told(delivery_error=SIZE, produce_after_first=[STATE]), {0}),
    ],
    ids=["reported", "at_once", "reported_late"],
)
def test_records_that_are_refused_for_their_size_are_named(producer: Told, refused: set[int]) -> None:
    with pytest.raises(RecordsTooLarge) as raised:
        publish_to_kafka(producer, BATCH, 5.0)  # type: ignore[arg-type]
    assert raised.value.refused == refused
    assert producer.calls[-1] == "abort"
