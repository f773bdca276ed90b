"""Handing a transaction's records to a producer, of whatever size its queue is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from confluent_kafka import KafkaError, Message, Producer

from waybill_common.errors import SettingsRefused
from waybill_common.kafka.transactional import TransactionLost

Report = Callable[[KafkaError | None, Message], None]
ProducedHeaders = Sequence[tuple[str, bytes | None]]

_SLICE = 0.5
"""Seconds after which a failure is noticed while others are still waited for."""


class Handover:
    """The records of one transaction, all of which have to be acknowledged ``seconds`` after this is made.

    A full queue is waited for. After a first failure nothing is: librdkafka sends no more of that transaction.
    """

    def __init__(self, producer: Producer, seconds: float) -> None:
        self._producer = producer
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._failed = False

    def produce(
        self,
        topic: str,
        value: bytes | None,
        key: bytes | None,
        headers: ProducedHeaders = (),
        report: Report | None = None,
    ) -> None:
        """``report`` is told what became of the record, by ``settle`` or by the wait for a full queue.

        Raises ``TransactionLost`` where the queue stays full, ``SettingsRefused`` where it is too small for this
        record, and ``KafkaException``.
        """

        def told(error: KafkaError | None, message: Message) -> None:
            # Touches nothing of ``error``: after a fatal one any call into it would raise here.
            self._failed = self._failed or error is not None
            if report is not None:
                report(error, message)

        while True:
            try:
                self._producer.produce(topic, value, key, headers=list(headers), on_delivery=told)
                return
            except BufferError as error:
                if len(self._producer) == 0:
                    raise _too_small(topic, len(value or b"") + len(key or b"")) from error
                if self.settle() > 0:
                    raise TransactionLost(
                        "a record before was not acknowledged"
                        if self._failed
                        else f"the producer's queue stayed full for {self._seconds:g} s"
                    ) from error

    def settle(self) -> int:
        """Waits until every record has its report, one failed, or the time is over; how many have none."""
        while True:
            left = max(self._deadline - time.monotonic(), 0.0)
            waiting: int = self._producer.flush(min(left, _SLICE))
            if waiting == 0 or self._failed or left == 0.0:
                return waiting


def _too_small(topic: str, size: int) -> SettingsRefused:
    return SettingsRefused(
        f"The producer's queue is empty and has no room for a record of {size} bytes for {topic}.",
        allowed="queue.buffering.max.kbytes for the largest record and more; 131072 where nothing is set.",
        remedy="raise queue.buffering.max.kbytes in kafka.properties, or remove it.",
    )
