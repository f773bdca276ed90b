"""The frontier of the ledger against the topic as Kafka has it now."""

from __future__ import annotations

import time

from waybill_common.errors import TopicRefused
from waybill_common.kafka import describe_topic, watermarks
from waybill_common.ledger import LedgerPosition, check_not_truncated, check_same_topic
from waybill_common.settings import KafkaSettings
from waybill_ops.lag.lag_bounds import Lag, PartitionLag, Retention
from waybill_ops.lag.oldest import oldest_records


def measure_lag(kafka: KafkaSettings, name: str, position: LedgerPosition) -> Lag:
    """Compares the ledger's position with the topic. A partition that was never delivered from has the frontier 0.

    Raises ``TopicRefused`` where the topic is missing, made again or cut back, and ``KafkaUnavailable``.
    """
    topic = describe_topic(kafka, name)
    if topic is None:
        raise TopicRefused(
            f"Topic {name} does not exist at {kafka.bootstrap_servers}.",
            allowed="the topic that is delivered.",
            remedy="check stream.topic and kafka.bootstrap_servers, or make it with `waybill init`.",
        )
    check_same_topic(position, topic.id)
    marks = watermarks(kafka, name, range(topic.partitions))
    check_not_truncated(position.frontier, {p: end for p, (_, end) in marks.items()}, name)
    frontier = {p: position.frontier.get(p, 0) for p in marks}
    undelivered = {p: (max(frontier[p], start), end) for p, (start, end) in marks.items()}
    oldest = oldest_records(kafka, name, undelivered)
    return Lag(
        partitions=tuple(
            PartitionLag(p, frontier[p], start, end, oldest.get(p))
            for p, (start, end) in sorted(marks.items())
        ),
        retention=Retention(ms=topic.retention_ms, bytes=topic.retention_bytes),
        now_ms=time.time_ns() // 1_000_000,
    )
