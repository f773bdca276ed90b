"""Making and deleting topics: the controller answers before the brokers know."""

from __future__ import annotations

from collections.abc import Mapping

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from waybill_common.errors import TopicRefused
from waybill_common.kafka.admin_requests import Asked, ask
from waybill_common.kafka.client_errors import failure
from waybill_common.kafka.known_changes import known_soon
from waybill_common.kafka.missing_topic import no_such_topic
from waybill_common.kafka.topics import Topic, describe_topic, topic_id
from waybill_common.settings import KafkaSettings


def topic_to_be(settings: KafkaSettings, name: str, *, partitions: int) -> Topic | None:
    """The topic, or None where it is missing and may be made. Raises ``TopicRefused`` where it may not."""
    found = describe_topic(settings, name)
    if found is None and not settings.create_topics:
        raise no_such_topic(
            settings,
            name,
            allowed="an existing topic, or kafka.create_topics = true; it is off.",
            remedy=f"create it with {partitions} partitions and replication factor {settings.replication_factor}.",
        )
    return found


def ensure_topic(
    settings: KafkaSettings, name: str, *, partitions: int, config: Mapping[str, str] | None = None
) -> Topic:
    """The topic, created where it is missing and ``kafka.create_topics`` allows it."""
    found = topic_to_be(settings, name, partitions=partitions)
    if found is not None:
        return found
    wanted = NewTopic(
        name,
        num_partitions=partitions,
        replication_factor=settings.replication_factor,
        config=dict(config or {}),
    )

    def create(admin: AdminClient, seconds: float) -> Asked[str]:
        return admin.create_topics([wanted], operation_timeout=seconds, request_timeout=seconds)

    try:
        ask(settings, create, f"creating topic {name}")
    except KafkaException as error:
        code = error.args[0].code()
        if code in (
            KafkaError.INVALID_REPLICATION_FACTOR,
            KafkaError.POLICY_VIOLATION,
            KafkaError.INVALID_PARTITIONS,
            KafkaError.INVALID_CONFIG,
        ):
            raise TopicRefused(
                f"Topic {name} can't be created with {partitions} partitions and replication factor "
                f"{settings.replication_factor}: {error.args[0].str()}.",
                allowed="what the cluster's brokers and policies admit.",
                remedy="set kafka.partitions and kafka.replication_factor to fit the cluster.",
            ) from error
        if code != KafkaError.TOPIC_ALREADY_EXISTS:
            raise failure(settings, f"creating topic {name}", error, topic=name) from error
    return await_topic(settings, name)


def await_topic(settings: KafkaSettings, name: str) -> Topic:
    """The topic that was just created. Raises ``KafkaUnavailable`` where no broker knows it after 5 seconds."""
    return known_soon(
        lambda: describe_topic(settings, name),
        f"Topic {name} was created but no broker describes it.",
        "a topic that is described",
    )


def delete_topic(settings: KafkaSettings, topic: Topic) -> None:
    """Delete this very topic, and wait until the brokers know.

    Raises ``TopicRefused`` where another has its name or none has, ``KafkaUnavailable`` where a broker still knows it
    after 5 seconds, and ``KafkaRefused``.
    """
    if topic_id(settings, topic.name) != topic.id:
        raise TopicRefused(
            f"Topic {topic.name} is not the one that this run made (id {topic.id}).",
            allowed="the topic that this run made.",
            remedy="look who else deletes and creates topics there.",
        )

    def delete(admin: AdminClient, seconds: float) -> Asked[str]:
        return admin.delete_topics([topic.name], operation_timeout=seconds, request_timeout=seconds)

    doing = f"deleting topic {topic.name}"
    try:
        ask(settings, delete, doing)
    except KafkaException as error:
        if error.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:  # deleted, and the answer was lost
            raise failure(settings, doing, error, topic=topic.name) from error
    known_soon(
        lambda: topic_id(settings, topic.name) != topic.id,
        f"Topic {topic.name} was deleted and a broker still describes it.",
        "a topic that is gone",
        "check the cluster's health, and look whether the topic is still there.",
    )
