"""One page's transaction: begun, filled, committed; or aborted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from confluent_kafka import KafkaError
from confluent_kafka import Message

from waybill_common.kafka.clients import Writer
from waybill_common.kafka.transaction import TransactionLost
from waybill_common.kafka.transaction import run_transaction
from waybill_producer.delivery.batch import Batch


@dataclass
class Deliveries:
    """What went wrong with a transaction's records; ``first`` is the first failure."""

    failed: int = 0
    first: KafkaError | None = None


def delivery_status(deliveries: Deliveries, error: KafkaError | None, _message: Message) -> None:
    """Takes note of one record's delivery report. Only failures are reported: see ``configure_kafka``.

    After a fatal error the reports come with that exception already raised: any call into ``error`` would fail here,
    so it is only kept.
    """
    if error is not None:
        deliveries.failed += 1
        deliveries.first = error if deliveries.first is None else deliveries.first


def publish_to_kafka(producer: Writer, batch: Batch, timeout: float) -> None:
    """Publish a batch in one transaction; on return all of it is visible to ``read_committed`` readers.

    ``timeout`` in seconds bounds the flush and the commit, each. Raises ``ProducerFenced``, or ``TransactionLost``,
    after which the producer is of no more use and Kafka has to be asked what is committed.
    """
    run_transaction(producer, partial(_fill, producer, batch, timeout), timeout)


def _fill(producer: Writer, batch: Batch, timeout: float) -> None:
    """Wait until every record is acknowledged."""
    deliveries = Deliveries()
    report = partial(delivery_status, deliveries)
    for record in batch.records:
        producer.produce(
            record.topic, record.value, record.key, headers=list(record.headers), on_delivery=report
        )
    missing = producer.flush(timeout) + deliveries.failed
    if missing:
        first = f": {deliveries.first.str()}" if deliveries.first is not None else ""
        total = len(batch.records)
        raise TransactionLost(f"{total - missing} of {total} records were acknowledged{first}")
