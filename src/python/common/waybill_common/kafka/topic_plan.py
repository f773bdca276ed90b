"""A stream's topics: how each is made, and what an existing one has to be. The plan itself asks nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from waybill_common.errors import TopicRefused
from waybill_common.kafka.making_topics import ensure_topic
from waybill_common.kafka.topics import Topic
from waybill_common.settings import KafkaSettings, StreamSettings

LARGEST_RECORD = (16 * 1024 + 64) * 1024
"""Bytes: a value of 16 MiB, with its headers."""

_DAY = 86_400
_OWN_HEADERS = 1024
"""Bytes that a redrive adds to a record, at most."""


@dataclass(frozen=True)
class TopicPlan:
    """One topic. ``config`` is what it is created with; of an existing one only ``policy`` and shape are asked."""

    name: str
    policy: Literal["delete", "compact"]
    partitions: int
    config: Mapping[str, str]


def events_plan(kafka: KafkaSettings, stream: StreamSettings) -> TopicPlan:
    """The events' topic alone."""
    return TopicPlan(stream.topic, "delete", kafka.partitions, _kept(kafka))


def stream_topics(
    kafka: KafkaSettings, stream: StreamSettings, dead_retention: int
) -> tuple[TopicPlan, TopicPlan, TopicPlan]:
    """The events', the dead letters' and the cursor's topic. ``dead_retention`` in seconds.

    A transaction writes to all three, so each survives the loss of one broker: one in-sync replica less than there
    are copies is enough, and two always are.
    """
    limited = {**retention_config(dead_retention), "max.message.bytes": str(LARGEST_RECORD)}
    return (
        events_plan(kafka, stream),
        TopicPlan(stream.dead_topic, "delete", kafka.partitions, {**_kept(kafka), **limited}),
        _compacted(kafka, stream.cursor_topic),
    )


def retention_config(seconds: int) -> dict[str, str]:
    """What makes a topic's records go after ``seconds``, or a day later at most.

    Kafka deletes whole segments, by their youngest record, and the default is a new one each week.
    """
    return {"retention.ms": str(seconds * 1000), "segment.ms": str(min(seconds, _DAY) * 1000)}


def redrives_plan(kafka: KafkaSettings, name: str) -> TopicPlan:
    """The topic that remembers redrives. Only a redrive needs it, so the first one creates it."""
    return _compacted(kafka, name)


def redriven_plan(kafka: KafkaSettings, name: str, source: Topic | None, retention: int | None) -> TopicPlan:
    """The topic that takes the redrives of ``source``, which others fill.

    It keeps records for ``retention`` seconds, or as that topic does, and takes whatever that topic took, with a
    redrive's headers.
    """
    kept: dict[str, str] = {}
    if retention is not None:
        kept = dict(retention_config(retention))
    elif source is not None:
        kept = {"retention.ms": str(source.retention_ms), "retention.bytes": str(source.retention_bytes)}
    if source is not None and source.max_message_bytes is not None:
        kept["max.message.bytes"] = str(source.max_message_bytes + _OWN_HEADERS)
    return TopicPlan(name, "delete", kafka.partitions, {**_kept(kafka), **kept})


def _compacted(kafka: KafkaSettings, name: str) -> TopicPlan:
    config = {"cleanup.policy": "compact", "segment.bytes": "1048576", "min.cleanable.dirty.ratio": "0.1"}
    return TopicPlan(name, "compact", 1, {**_durable(kafka), **config})


def _kept(kafka: KafkaSettings) -> Mapping[str, str]:
    return {**_durable(kafka), "cleanup.policy": "delete"}


def _durable(kafka: KafkaSettings) -> Mapping[str, str]:
    return {"min.insync.replicas": str(max(1, min(2, kafka.replication_factor - 1)))}


def require_topic(kafka: KafkaSettings, plan: TopicPlan) -> Topic:
    """The topic, created where it is missing and that is allowed.

    Raises ``TopicRefused`` for one that loses records or has no single last cursor, and ``KafkaUnavailable``.
    """
    topic = ensure_topic(kafka, plan.name, partitions=plan.partitions, config=plan.config)
    if plan.policy == "delete" and "compact" in topic.cleanup_policy:
        raise TopicRefused(
            f"Topic {topic.name} has cleanup.policy = {topic.cleanup_policy}: Kafka would drop records from it.",
            allowed="cleanup.policy = delete.",
            remedy=f"set it on {topic.name}, or name another topic in stream.topic.",
        )
    if plan.policy == "compact" and (topic.cleanup_policy != "compact" or topic.partitions != 1):
        raise TopicRefused(
            f"Topic {topic.name} has {topic.partitions} partitions and cleanup.policy = {topic.cleanup_policy}.",
            allowed="one partition and cleanup.policy = compact, so that each key's last record stays.",
            remedy="delete it if it holds nothing that counts, and let it be created anew.",
        )
    return topic
