"""Topics' configuration, what somebody set first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, ConfigSource, ResourceType

from waybill_common.kafka import ask, failure
from waybill_common.settings import KafkaSettings
from waybill_console.cluster.settled import is_usable, settled

_OWN = ConfigSource.DYNAMIC_TOPIC_CONFIG.value
_SOURCES = {
    ConfigSource.DYNAMIC_TOPIC_CONFIG.value: "this topic",
    ConfigSource.DYNAMIC_BROKER_CONFIG.value: "a broker, while it ran",
    ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG.value: "all brokers, while they ran",
    ConfigSource.STATIC_BROKER_CONFIG.value: "the brokers' files",
    ConfigSource.DEFAULT_CONFIG.value: "Kafka's default",
}


@dataclass(frozen=True)
class ConfigLine:
    """One property; ``value`` is None where the broker keeps it to itself."""

    name: str
    value: str | None
    is_own: bool
    source: str


def read_configs(settings: KafkaSettings, topics: Sequence[str]) -> dict[str, tuple[ConfigLine, ...]]:
    """Of the topics that the brokers tell of. Raises ``KafkaUnavailable`` and ``KafkaRefused``."""
    wanted = [ConfigResource(ResourceType.TOPIC, name) for name in topics]
    if not wanted:
        return {}
    doing = "describing topics' configuration"

    def question(admin: AdminClient, seconds: float) -> dict[ConfigResource, Future[Any]]:
        return settled(admin.describe_configs(wanted, request_timeout=seconds))

    try:
        answers = ask(settings, question, doing, usable=is_usable)
    except KafkaException as error:
        raise failure(settings, doing, error) from error
    return {one.name: _lines(found) for one, found in answers.items() if not isinstance(found, BaseException)}


def value_of(lines: Sequence[ConfigLine], name: str) -> str | None:
    return next((one.value for one in lines if one.name == name), None)


def _lines(entries: Mapping[str, Any]) -> tuple[ConfigLine, ...]:
    lines = (
        ConfigLine(
            name=name,
            value=None if entry.is_sensitive else entry.value,
            is_own=entry.source == _OWN,
            source=_SOURCES.get(entry.source, "elsewhere"),
        )
        for name, entry in entries.items()
    )
    return tuple(sorted(lines, key=lambda one: (not one.is_own, one.source == "Kafka's default", one.name)))
