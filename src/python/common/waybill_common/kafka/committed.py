"""Reading a topic as it is now, ``read_committed``: up to a high watermark, past transactions that are still ending."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from collections.abc import Mapping

from confluent_kafka import KafkaError
from confluent_kafka import KafkaException
from confluent_kafka import Message
from confluent_kafka import TopicPartition

from waybill_common.errors import KafkaUnavailable
from waybill_common.kafka.client_config import librdkafka_config
from waybill_common.kafka.client_errors import failure
from waybill_common.kafka.client_errors import may_pass
from waybill_common.kafka.client_errors import refusal
from waybill_common.kafka.clients import Reader
from waybill_common.kafka.clients import open_reader
from waybill_common.settings import KafkaSettings

_SLICE = 0.5
_END = KafkaError._PARTITION_EOF  # noqa: SLF001


def settled_records(settings: KafkaSettings, topic: str) -> Iterator[Message]:
    """Committed records of a topic with one partition, up to the high watermark of this moment.

    Until the last stable offset gets there, a transaction from before is still being ended and may hold the newest
    record: that is waited for, ``kafka.timeout`` seconds at most. Whoever calls this after ``init_transactions`` knows
    that no producer of the same transactional id can add anything any more. Raises ``KafkaUnavailable`` and
    ``KafkaRefused``.
    """
    with _consumer(settings, "read_uncommitted") as consumer:
        try:
            marks = consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=settings.timeout)
        except KafkaException as error:
            raise failure(
                settings, f"asking for the end of {topic}", error, consumer.told, topic=topic
            ) from error
    yield from committed_records(settings, topic, {0: marks})


def committed_records(
    settings: KafkaSettings, topic: str, marks: Mapping[int, tuple[int, int]]
) -> Iterator[Message]:
    """Committed records of each partition between its two offsets; raises ``KafkaUnavailable``."""
    starts = {partition: start for partition, (start, end) in marks.items() if end > start}
    ends = {partition: marks[partition][1] for partition in starts}
    missing = set(starts)
    deadline = time.monotonic() + settings.timeout
    with _consumer(settings, "read_committed") as consumer:
        consumer.assign([TopicPartition(topic, partition, start) for partition, start in starts.items()])
        while missing:
            message = consumer.poll(_SLICE)
            if message is not None:
                error = message.error()
                if error is None:
                    yield message
                    _passed(missing, ends, message, 1)
                elif error.code() == _END:
                    # Only this shows progress past markers and aborted records.
                    _passed(missing, ends, message, 0)
                elif not may_pass(error):
                    raise failure(settings, f"reading {topic}", error, consumer.told, topic=topic)
            refused = refusal(settings, f"reading {topic}", consumer.told) if message is None else None
            if refused is not None:
                raise refused
            if missing and time.monotonic() > deadline:
                raise KafkaUnavailable(
                    f"Topic {topic} could not be read up to offset {max(ends.values())} within {settings.timeout:g} s: "
                    "a transaction is still open there, or the broker is slow.",
                    allowed="a last stable offset that reaches the high watermark within kafka.timeout.",
                    remedy="run again; a transaction whose producer is gone ends after its time-out.",
                )


def _passed(missing: set[int], ends: dict[int, int], message: Message, records: int) -> None:
    partition, offset = message.partition(), message.offset()
    if partition is not None and offset is not None and offset + records >= ends[partition]:
        missing.discard(partition)


@contextlib.contextmanager
def _consumer(settings: KafkaSettings, isolation: str) -> Iterator[Reader]:
    consumer = open_reader(
        librdkafka_config(
            settings,
            {
                "group.id": "waybill-producer",
                "isolation.level": isolation,
                "enable.partition.eof": True,
                "auto.offset.reset": "error",
                "queued.min.messages": 1000,
                # The end of a partition is told by an empty fetch, which the broker else holds back for 0.5 s.
                "fetch.wait.max.ms": 20,
            },
        )
    )
    try:
        yield consumer
    finally:
        consumer.close()
