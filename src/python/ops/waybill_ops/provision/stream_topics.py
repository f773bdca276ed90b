"""The stream's topics, by the plan that the producer follows too."""

from __future__ import annotations

import shlex

from waybill_common.kafka import (
    Topic,
    TopicPlan,
    describe_topic,
    existing_topic,
    require_topic,
    retention_config,
    stream_topics,
)
from waybill_common.ledger import check_not_compacted
from waybill_common.settings import KafkaSettings, StreamSettings
from waybill_ops.provision.part import PartState, ProvisionedPart

_DAY = 86_400


def provide_topics(
    kafka: KafkaSettings, stream: StreamSettings, dead_retention: int
) -> tuple[ProvisionedPart, ...]:
    """Create what is missing; an existing topic is never changed. ``dead_retention`` in seconds.

    ``kafka.create_topics`` does not count here: this command is there to create topics. A topic that no source of ours
    fills is only looked at, and has none beside it. Raises ``TopicRefused`` for an existing topic that can't serve, or
    where somebody else's is missing, and ``KafkaUnavailable``.
    """
    if not stream.is_filled:
        return (_of_others(kafka, stream.topic),)
    asked = kafka.model_copy(update={"create_topics": True})
    events, dead, cursor = stream_topics(asked, stream, dead_retention)
    return (_provide(asked, events), _provide(asked, dead, dead_retention), _provide(asked, cursor))


def _of_others(kafka: KafkaSettings, name: str) -> ProvisionedPart:
    topic = existing_topic(
        kafka,
        name,
        allowed="a topic that is there: Waybill makes none that no source of its own fills.",
        remedy="correct stream.topic, or have the topic made by who fills it.",
    )
    check_not_compacted(topic.name, topic.cleanup_policy)
    return ProvisionedPart("topic", topic.name, PartState.THERE, _detail(topic), "")


def _provide(kafka: KafkaSettings, plan: TopicPlan, longest: int | None = None) -> ProvisionedPart:
    """``longest``: seconds for which the topic may keep a record."""
    found = describe_topic(kafka, plan.name)
    topic = require_topic(kafka, plan)
    state = PartState.CREATED if found is None else PartState.THERE
    advice = "" if longest is None else retention_advice(kafka, topic, longest)
    return ProvisionedPart("topic", topic.name, state, _detail(topic), advice)


def _detail(topic: Topic) -> str:
    noun = "partition" if topic.partitions == 1 else "partitions"
    return f"{topic.partitions} {noun}, {topic.cleanup_policy}"


def retention_advice(kafka: KafkaSettings, dead: Topic, dead_retention: int) -> str:
    """How to limit a topic of dead letters that keeps them for longer than the setting says, as 0.1.0's do."""
    kept, limit = dead.retention_ms / 1000, dead_retention
    at_most = kept + (dead.segment_ms or 0) / 1000
    if 0 <= kept <= limit and at_most <= limit + _DAY:
        return ""
    if dead.retention_ms < 0:
        time = "for ever"
    elif kept > limit:
        time = f"for {_days(kept)}"
    else:
        time = f"for up to {_days(at_most)}, since its segments stay open (segment.ms)"
    config = ",".join(f"{name}={value}" for name, value in retention_config(dead_retention).items())
    secured = " --command-config CLIENT.PROPERTIES" if kafka.properties or kafka.secrets or kafka.auth else ""
    return (
        f"{dead.name} keeps users that broke the contract {time}; producer.dead_retention is "
        f"{_days(dead_retention)}. Nothing was changed. This sets the limit, and deletes what is older:\n"
        f"  kafka-configs.sh --bootstrap-server {shlex.quote(kafka.bootstrap_servers)}{secured} --alter "
        f"--entity-type topics --entity-name {dead.name} --add-config {config}"
    )


def _days(seconds: float) -> str:
    return f"{seconds / _DAY:,.4g} days"
