"""One transaction: begun, filled, committed; or aborted."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from confluent_kafka import KafkaError
from confluent_kafka import KafkaException
from confluent_kafka import Message
from confluent_kafka import Producer

from waybill_common.errors import ProducerFenced
from waybill_common.kafka.topics import unavailable
from waybill_common.settings import KafkaSettings
from waybill_producer.delivery.batch import Batch

_ABORT_SECONDS = 10.0
_FENCED = (KafkaError._FENCED, KafkaError.PRODUCER_FENCED, KafkaError.INVALID_PRODUCER_EPOCH)  # noqa: SLF001


class TransactionLost(Exception):
    """This producer can't say that the batch is committed, nor publish it. Only Kafka knows which."""


@dataclass
class Deliveries:
    """What the brokers said of a transaction's records; ``first`` is the first failure."""

    acknowledged: int = 0
    first: KafkaError | None = None


def delivery_status(deliveries: Deliveries, error: KafkaError | None, _message: Message) -> None:
    """Takes note of one record's delivery report.

    After a fatal error the reports come with that exception already raised: any call into ``error`` would fail here,
    so it is only kept.
    """
    if error is None:
        deliveries.acknowledged += 1
    elif deliveries.first is None:
        deliveries.first = error


def begin_producing(producer: Producer, settings: KafkaSettings) -> None:
    """``init_transactions``: fence older producers and end what they left open.

    Raises ``ProducerFenced`` or ``KafkaUnavailable``.
    """
    try:
        producer.init_transactions(settings.timeout)
    except KafkaException as error:
        if error.args[0].code() in _FENCED:
            _fenced(error)
        raise unavailable(settings, "starting transactions", error) from error


def publish_to_kafka(producer: Producer, batch: Batch, timeout: float) -> None:
    """Publish a batch in one transaction; on return all of it is visible to ``read_committed`` readers.

    ``timeout`` in seconds bounds the flush and the commit, each. Raises ``ProducerFenced``, or ``TransactionLost``,
    after which the producer is of no more use and Kafka has to be asked what is committed.
    """
    try:
        _fill(producer, batch, timeout)
        _commit(producer, timeout)
    except (KafkaException, BufferError, SystemError) as error:
        cause = _cause(error)
        _raise_if_fenced(cause)
        _abort(producer)
        raise TransactionLost(_text(cause)) from cause
    except TransactionLost:
        _abort(producer)
        raise
    except BaseException:
        # Whatever ends us here, readers shall not have to wait for the transaction's time-out.
        with contextlib.suppress(KafkaException, ProducerFenced):
            _abort(producer)
        raise


def _fill(producer: Producer, batch: Batch, timeout: float) -> None:
    """Begin, and wait until every record is acknowledged."""
    deliveries = Deliveries()
    report = partial(delivery_status, deliveries)
    producer.begin_transaction()
    for record in batch.records:
        producer.produce(
            record.topic, record.value, record.key, headers=list(record.headers), on_delivery=report
        )
    producer.flush(timeout)
    if deliveries.acknowledged != len(batch.records):
        first = f": {deliveries.first.str()}" if deliveries.first is not None else ""
        raise TransactionLost(
            f"{deliveries.acknowledged} of {len(batch.records)} records were acknowledged{first}"
        )


def _commit(producer: Producer, timeout: float) -> None:
    """Commit; a retriable error asks to call again, which is safe: it is still the same transaction."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            producer.commit_transaction(max(0.1, deadline - time.monotonic()))
            return
        except KafkaException as error:
            if not error.args[0].retriable() or time.monotonic() >= deadline:
                raise
        time.sleep(0.1)


def _abort(producer: Producer) -> None:
    """Abort what may be open. That it can't be is no news: the next ``init_transactions`` ends it. Being fenced is."""
    try:
        producer.abort_transaction(_ABORT_SECONDS)
    except KafkaException as error:
        _raise_if_fenced(error)


def _cause(error: Exception) -> Exception:
    """What librdkafka raised. A fatal error that meets delivery reports comes out as the cause of SystemErrors."""
    found: BaseException | None = error
    while isinstance(found, SystemError):
        found = found.__cause__
    if not isinstance(found, KafkaException | BufferError):
        raise error
    return found


def _raise_if_fenced(error: Exception) -> None:
    if isinstance(error, KafkaException) and error.args[0].code() in _FENCED:
        _fenced(error)


def _fenced(error: Exception) -> NoReturn:
    raise ProducerFenced(
        f"Another producer of this stream took over, or this one stood still for longer than its transaction's "
        f"time-out ({_text(error)}).",
        allowed="one producer for each stream and topic; the newest one wins.",
        remedy="nothing if another one runs; else start it again: it goes on after the last committed page.",
    ) from error


def _text(error: Exception) -> str:
    return str(error.args[0].str()) if isinstance(error, KafkaException) else str(error)
