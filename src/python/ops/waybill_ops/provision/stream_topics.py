"""The stream's topics, by the plan that the producer follows too."""

from __future__ import annotations

from waybill_common.kafka import TopicPlan, describe_topic, require_topic, stream_topics
from waybill_common.settings import KafkaSettings, StreamSettings
from waybill_ops.provision.part import PartState, ProvisionedPart


def provide_topics(kafka: KafkaSettings, stream: StreamSettings) -> tuple[ProvisionedPart, ...]:
    """Create what is missing. ``kafka.create_topics`` does not count here: this command is there to create topics.

    Raises ``TopicRefused`` for an existing topic that can't serve, and ``KafkaUnavailable``.
    """
    asked = kafka.model_copy(update={"create_topics": True})
    return tuple(_provide(asked, plan) for plan in stream_topics(asked, stream))


def _provide(kafka: KafkaSettings, plan: TopicPlan) -> ProvisionedPart:
    found = describe_topic(kafka, plan.name)
    topic = require_topic(kafka, plan)
    state = PartState.CREATED if found is None else PartState.THERE
    noun = "partition" if topic.partitions == 1 else "partitions"
    return ProvisionedPart("topic", topic.name, state, f"{topic.partitions} {noun}, {topic.cleanup_policy}")
