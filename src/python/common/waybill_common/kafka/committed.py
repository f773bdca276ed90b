"""Reading a topic as it is now, ``read_committed``: up to a high watermark, past transactions that are still ending."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing

from confluent_kafka import IsolationLevel, Message

from waybill_common.kafka.client_config import librdkafka_config
from waybill_common.kafka.clients import open_reader
from waybill_common.kafka.ranges import RANGE_READER, RangeReader
from waybill_common.kafka.topics import watermarks
from waybill_common.settings import KafkaSettings


def settled_records(settings: KafkaSettings, topic: str, *, waits: bool = True) -> Iterator[Message]:
    """Committed records of a topic with one partition, up to the high watermark of this moment.

    Until the last stable offset gets there, a transaction from before is still being ended and may hold the newest
    record: that is waited for, until ``kafka.timeout`` seconds bring no progress, unless ``waits`` is false: then what
    is committed by now is all. Whoever calls this after
    ``init_transactions`` knows that no producer of the same transactional id can add anything any more. Raises
    ``KafkaUnavailable`` and ``KafkaRefused``.
    """
    level = IsolationLevel.READ_UNCOMMITTED if waits else IsolationLevel.READ_COMMITTED
    yield from committed_records(settings, topic, watermarks(settings, topic, [0], level))


def committed_records(
    settings: KafkaSettings, topic: str, marks: Mapping[int, tuple[int, int]]
) -> Iterator[Message]:
    """Committed records of each partition between its two offsets; raises ``KafkaUnavailable``."""
    config = librdkafka_config(
        settings,
        {
            **RANGE_READER,
            "group.id": "waybill-producer",
            "queued.min.messages": 1000,
            # The end of a partition is told by an empty fetch, which the broker else holds back for 0.5 s.
            "fetch.wait.max.ms": 20,
        },
    )
    with closing(open_reader(config)) as consumer:
        reader = RangeReader(
            consumer,
            settings,
            topic,
            f"reading {topic}",
            stalled="a transaction is still open there (it ends after its time-out), or the broker is slow",
        )
        for messages in reader.read(marks):
            yield from messages
