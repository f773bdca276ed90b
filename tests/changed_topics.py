"""Topics made, deleted and changed by tests, each until the broker knows: the controller answers before it."""

from __future__ import annotations

from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
)
from waiting import wait_until

SECONDS = 30.0


def create_topic(admin: AdminClient, wanted: NewTopic) -> None:
    admin.create_topics([wanted])[wanted.topic].result(timeout=SECONDS)
    wait_until(
        lambda: _partitions(admin, wanted.topic) == wanted.num_partitions, f"{wanted.topic} was never made"
    )


def delete_topic(admin: AdminClient, name: str) -> None:
    admin.delete_topics([name])[name].result(timeout=SECONDS)
    wait_until(lambda: _partitions(admin, name) == 0, f"{name} was never deleted")


def add_partitions(admin: AdminClient, name: str, total: int) -> None:
    """So that it has ``total``."""
    admin.create_partitions([NewPartitions(name, total)])[name].result(timeout=SECONDS)
    wait_until(lambda: _partitions(admin, name) == total, f"{name} never had {total} partitions")


def configure(admin: AdminClient, name: str, setting: str, value: str) -> None:
    """Give the topic's ``setting`` this value."""
    entry = ConfigEntry(setting, value, incremental_operation=AlterConfigOpType.SET)
    topic = ConfigResource(ResourceType.TOPIC, name, incremental_configs=[entry])
    admin.incremental_alter_configs([topic])[topic].result(timeout=SECONDS)
    wait_until(
        lambda: admin.describe_configs([topic])[topic].result(timeout=SECONDS)[setting].value == value,
        f"{setting} of {name} is not {value}",
    )


def _partitions(admin: AdminClient, name: str) -> int:
    """As the broker knows them. Naming one topic here could create it."""
    found = admin.list_topics(timeout=SECONDS).topics.get(name)
    return len(found.partitions) if found is not None else 0
