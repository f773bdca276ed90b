"""Consumer groups and their lag. Waybill's own reading needs none: its frontier is in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException
from confluent_kafka.admin import AdminClient

from waybill_common.kafka import ask, failure
from waybill_common.settings import KafkaSettings
from waybill_console.cluster.offsets import Bounds, TopicAndPartition
from waybill_console.cluster.settled import is_usable, settled

MOST_GROUPS = 50
"""Each one is a request of its own."""


@dataclass(frozen=True)
class Group:
    """``committed`` is empty where it committed nothing, or its coordinator did not answer."""

    id: str
    state: str
    committed: Mapping[TopicAndPartition, int]

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(sorted({topic for topic, _ in self.committed}))


@dataclass(frozen=True)
class Groups:
    """The first ``MOST_GROUPS`` by name, and how many more there are."""

    shown: tuple[Group, ...]
    more: int


def read_groups(settings: KafkaSettings) -> Groups:
    """Raises ``KafkaUnavailable`` and ``KafkaRefused``."""
    doing = "listing consumer groups"
    # Two requests one after the other, of which a broker that is away takes all the time that there is.
    settings = settings.model_copy(update={"timeout": settings.timeout / 2})
    try:
        listed = ask(settings, _listing, doing, usable=_is_told)["groups"]
        found = sorted((one.group_id, _state(one.state)) for one in listed.valid)
        shown = found[:MOST_GROUPS]
        committed = _committed(settings, [name for name, _ in shown])
    except KafkaException as error:
        raise failure(settings, doing, error) from error
    groups = tuple(Group(name, state, committed.get(name, {})) for name, state in shown)
    return Groups(groups, len(found) - len(shown))


def lag_of(group: Group, bounds: Mapping[TopicAndPartition, Bounds]) -> int | None:
    """Offsets that the group has not committed; None where an end is not known."""
    known = [(bounds.get(place), offset) for place, offset in group.committed.items()]
    if not known or any(found is None for found, _ in known):
        return None
    return sum(max(0, found.end - max(offset, found.start)) for found, offset in known if found)


def _listing(admin: AdminClient, seconds: float) -> dict[str, Future[Any]]:
    return {"groups": admin.list_consumer_groups(request_timeout=seconds)}


def _is_told(answers: Mapping[str, Any]) -> bool:
    """No groups and only errors: nobody answered."""
    return bool(answers["groups"].valid) or not answers["groups"].errors


def _committed(settings: KafkaSettings, names: Sequence[str]) -> dict[str, dict[TopicAndPartition, int]]:
    if not names:
        return {}

    def question(admin: AdminClient, seconds: float) -> dict[str, Future[Any]]:
        asked: dict[str, Future[Any]] = {}
        for name in names:
            wanted = [ConsumerGroupTopicPartitions(name)]
            asked |= admin.list_consumer_group_offsets(wanted, request_timeout=seconds)
        return settled(asked)

    answers = ask(settings, question, "asking for groups' offsets", usable=is_usable)
    return {
        name: _places(found.topic_partitions) for name, found in answers.items() if hasattr(found, "group_id")
    }


def _places(found: Iterable[Any]) -> dict[TopicAndPartition, int]:
    return {(one.topic, one.partition): one.offset for one in found if one.offset >= 0}


def _state(state: Any) -> str:
    return str(getattr(state, "name", state)).replace("_", " ").lower()
