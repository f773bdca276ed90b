"""The frontier of the ledger against the topic as Kafka has it now."""

from __future__ import annotations

import time

from waybill_common.kafka import existing_topic, watermarks
from waybill_common.ledger import LedgerPosition, check_not_compacted, check_not_truncated, check_same_topic
from waybill_common.settings import KafkaSettings
from waybill_ops.lag.lag_bounds import Lag, PartitionLag, Retention
from waybill_ops.lag.oldest import oldest_records


def measure_lag(
    kafka: KafkaSettings, name: str, position: LedgerPosition, *, begins_at_0: bool = True
) -> Lag:
    """Compares the ledger's position with the topic. A partition that was never delivered from has the frontier 0, or,
    where the dataset's first manifest is to come or open and does not begin at 0, the log start, or its start.

    Raises ``TopicRefused`` where the topic is missing, made again, cut back or compacted, and ``KafkaUnavailable``.
    """
    topic = existing_topic(
        kafka,
        name,
        allowed="the topic that is delivered.",
        remedy="check stream.topic and kafka.bootstrap_servers; one that Waybill fills is made by `waybill init`.",
    )
    check_same_topic(position, topic.id)
    check_not_compacted(name, topic.cleanup_policy)
    marks = watermarks(kafka, name, range(topic.partitions))
    check_not_truncated(position.frontier, {p: end for p, (_, end) in marks.items()}, name)
    begun = position.frontier if position.number else position.open.before if position.open else {}
    is_to_come = not begins_at_0 and position.number == 0 and position.open is None
    frontier = {p: begun.get(p, start if is_to_come else 0) for p, (start, _) in marks.items()}
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
