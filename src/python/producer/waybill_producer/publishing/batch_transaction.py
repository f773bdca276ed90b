"""One page's transaction: begun, filled, committed; or aborted."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from confluent_kafka import KafkaError, KafkaException, Message

from waybill_common.kafka import Handover, TransactionLost, Writer, transaction
from waybill_producer.publishing.batch import Batch

_SIZE = (KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.RECORD_LIST_TOO_LARGE)


class RecordsTooLarge(TransactionLost):
    """Some records were refused for their size. Nothing of the transaction was committed, nor asked to be."""

    def __init__(self, refused: frozenset[int]) -> None:
        super().__init__(f"{len(refused)} or more records are too large for their topic")
        self.refused = refused


@dataclass
class Deliveries:
    """What went wrong with a transaction's records, by their number in the batch."""

    failed: dict[int, KafkaError] = field(default_factory=dict)

    def too_large(self) -> frozenset[int]:
        return frozenset(number for number, error in self.failed.items() if error.code() in _SIZE)

    def first(self) -> str:
        return next((f": {error.str()}" for error in self.failed.values()), "")


def delivery_status(deliveries: Deliveries, number: int, error: KafkaError | None, _message: Message) -> None:
    """Takes note of one record's delivery report. Only failures are reported: see ``configure_kafka``.

    After a fatal error the reports come with that exception already raised: any call into ``error`` would fail here,
    so it is only kept.
    """
    if error is not None:
        deliveries.failed[number] = error


def publish_to_kafka(producer: Writer, batch: Batch, timeout: float) -> None:
    """Publish a batch in one transaction; on return it is committed.

    ``timeout`` in seconds bounds the acknowledgement of all records, and the commit. Raises ``ProducerFenced``,
    ``RecordsTooLarge``, or another ``TransactionLost``, after which Kafka has to be asked what is committed. The
    producer is of no more use after any of them.
    """
    with transaction(producer, timeout):
        _fill(producer, batch, timeout)


def _fill(producer: Writer, batch: Batch, timeout: float) -> None:
    """Wait until every record is acknowledged."""
    deliveries, handover = Deliveries(), Handover(producer, timeout)
    try:
        for number, record in enumerate(batch.records):
            report = partial(delivery_status, deliveries, number)
            handover.produce(record.topic, record.value, record.key, record.headers, report)
        missing = handover.settle() + len(deliveries.failed)
    except TransactionLost:
        _raise_if_too_large(deliveries)
        raise
    except KafkaException as error:
        # The client's own limit, or the state of a transaction in which a record was refused.
        if error.args[0].code() in _SIZE:
            raise RecordsTooLarge(frozenset({number})) from error
        if error.args[0].code() == KafkaError._STATE:  # noqa: SLF001
            # A record before was refused, and its report is on the way.
            handover.settle()
        _raise_if_too_large(deliveries)
        raise
    if missing:
        _raise_if_too_large(deliveries)
        total = len(batch.records)
        raise TransactionLost(f"{total - missing} of {total} records were acknowledged{deliveries.first()}")


def _raise_if_too_large(deliveries: Deliveries) -> None:
    refused = deliveries.too_large()
    if refused:
        raise RecordsTooLarge(refused)
