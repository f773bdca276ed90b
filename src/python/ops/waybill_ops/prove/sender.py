"""Sending events in transactions, and going on from what Kafka shows whenever it is not known what was committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from confluent_kafka import KafkaError, Message

from waybill_common.errors import AuditFailed
from waybill_common.kafka import (
    Handover,
    LostTransactions,
    Topic,
    TransactionLost,
    Writer,
    await_readable,
    begin_producing,
    discard,
    transaction,
    transactional_config,
    transactional_producer,
)
from waybill_common.settings import KafkaSettings
from waybill_ops.audit import LogReader
from waybill_ops.prove.fault_plan import Transaction
from waybill_ops.prove.proof_events import event, event_id

Place = tuple[int, int]
"""Partition and offset."""

ROLE = "producer"


class _OnPurpose(Exception):
    """Ends a transaction that is to be aborted."""


@dataclass
class _Landed:
    """What the brokers said of one transaction's records."""

    at: dict[int, Place] = field(default_factory=dict)
    first: KafkaError | None = None

    def note(self, number: int, error: KafkaError | None, message: Message) -> None:
        """Touches nothing of ``error``: after a fatal one any call into it would raise here."""
        if error is not None:
            self.first = self.first or error
            return
        partition, offset = message.partition(), message.offset()
        if partition is not None and offset is not None and offset >= 0:
            self.at[number] = (partition, offset)


@dataclass
class Sender:
    """``acknowledged`` has the place of each event whose transaction Kafka has committed, by the event's number.

    ``after`` is called when a record was handed over, and ``committed`` when a transaction was.
    """

    kafka: KafkaSettings
    topic: Topic
    seed: int
    acknowledged: dict[int, Place] = field(default_factory=dict)
    aborted: int = 0
    after: Callable[[Writer, int], None] | None = None
    committed: Callable[[Mapping[int, Place]], None] | None = None

    def send(self, transactions: Sequence[Transaction]) -> None:
        """On return readers see what was committed, so that the run that follows finds it there.

        Raises ``KafkaUnavailable``, ``ProducerFenced``, ``DeliveryFailed``, and what ``settle`` does.
        """
        losses = LostTransactions("it proves anew")
        while transactions:
            try:
                with self._producer() as producer:
                    for one in transactions:
                        self._commit(producer, one)
                        losses.over()
                await_readable(self.kafka, self.topic.name, self.kafka.timeout)
                return
            except TransactionLost as error:
                losses.wait(f"Events for {self.topic.name} could not be published", error)
            transactions = self.settle(transactions)

    def settle(self, transactions: Sequence[Transaction]) -> tuple[Transaction, ...]:
        """Those that Kafka has not committed; the others' places are acknowledged from what it shows.

        A new producer of the same transactional id first ends what was left open. Raises ``AuditFailed`` for a
        transaction of which readers see a part.
        """
        with self._producer():
            seen = committed_places(self.kafka, self.topic)
        left = []
        for one in transactions:
            found = {n: seen[i] for n in one.events if (i := event_id(self.seed, n)) in seen}
            if found and len(found) < len(one.events):
                raise AuditFailed(
                    f"Readers of {self.topic.name} see {len(found)} of {len(one.events)} records of a transaction.",
                    allowed="all of it or nothing.",
                    remedy="look at the brokers: they broke their promise; nothing of Waybill's was in between.",
                )
            # What was acknowledged and is not there is not sent again: it is lost.
            self.acknowledged = found | self.acknowledged
            if not all(number in self.acknowledged for number in one.events):
                left.append(one)
        return tuple(left)

    @contextmanager
    def _producer(self) -> Iterator[Writer]:
        """One that has fenced all older ones."""
        name = self.topic.name
        config = transactional_config(self.kafka, name, name, self.topic.max_message_bytes)
        producer = transactional_producer(self.kafka, config)
        try:
            begin_producing(producer, self.kafka, ROLE)
            yield producer
        finally:
            discard(producer)

    def _commit(self, producer: Writer, one: Transaction) -> None:
        if one.aborted:
            with suppress(_OnPurpose), transaction(producer, self.kafka.timeout, ROLE):
                self._fill(producer, one.events, _Landed())
                self.aborted += 1
                raise _OnPurpose
        landed = _Landed()
        with transaction(producer, self.kafka.timeout, ROLE):
            self._fill(producer, one.events, landed)
        self.acknowledged |= landed.at
        if self.committed is not None:
            self.committed(landed.at)

    def _fill(self, producer: Writer, numbers: Sequence[int], landed: _Landed) -> None:
        handover = Handover(producer, self.kafka.timeout)
        for number in numbers:
            one = event(self.seed, number)
            handover.produce(self.topic.name, one.value, one.id.encode(), report=partial(landed.note, number))
            if self.after is not None:
                self.after(producer, number)
        handover.settle()
        if len(landed.at) != len(numbers):
            first = f": {landed.first.str()}" if landed.first is not None else ""
            raise TransactionLost(f"{len(landed.at)} of {len(numbers)} records were acknowledged{first}")


def committed_places(kafka: KafkaSettings, topic: Topic) -> dict[str, Place]:
    """Where each event id is, for readers, up to the high watermark of this moment. Raises ``KafkaUnavailable``."""
    partitions = range(topic.partitions)
    seen: dict[str, Place] = {}

    def sink(messages: Sequence[Message]) -> None:
        for message in messages:
            key = message.key()
            seen[key.decode() if key else ""] = (message.partition() or 0, message.offset() or 0)

    ends, reader = LogReader(kafka, topic.name, "read_uncommitted"), LogReader(kafka, topic.name)
    try:
        reader.read({p: (bounds.start, bounds.end) for p, bounds in ends.bounds(partitions).items()}, sink)
    finally:
        ends.close()
        reader.close()
    return seen
