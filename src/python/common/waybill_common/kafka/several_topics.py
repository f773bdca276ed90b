"""Several topics as they are now, by as many requests as one of them takes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from confluent_kafka import (
    OFFSET_INVALID,
    IsolationLevel,
    KafkaError,
    KafkaException,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import (
    AdminClient,
    ConfigResource,
    OffsetSpec,
    ResourceType,
    TopicDescription,
)

from waybill_common.kafka.admin_requests import Asked, Key, ask
from waybill_common.kafka.topic_state import TopicState
from waybill_common.kafka.topics import Topic, topic_of
from waybill_common.settings import KafkaSettings

_COMMITTED = IsolationLevel.READ_COMMITTED


@dataclass(frozen=True)
class SeenTopic:
    """A topic with its state, of one moment."""

    topic: Topic
    state: TopicState


def topics_now(
    settings: KafkaSettings,
    names: Collection[str],
    known: Mapping[str, Topic] | None = None,
    lately: Mapping[str, SeenTopic] | None = None,
) -> dict[str, SeenTopic]:
    """What can be told of each. A topic is left out of which anything is missing or refused, or has no leader at the
    moment: who asks for it by itself waits for it, or learns why.

    ``known`` topics are not asked for their configuration, which is most of what brokers would say: it is taken to be
    as it was. One that was made anew since is left out, too. Those that were seen ``lately`` are asked for their ends
    alone, a third of the work of all: the rest is as it was then.

    Raises ``KafkaUnavailable`` and ``KafkaRefused`` where no broker answers.
    """
    asked, known = _Questions(settings), known or {}
    still = {name: one for name in names if (one := (lately or {}).get(name))}
    described = asked.descriptions([name for name in names if name not in still])
    entries = asked.configs([name for name in described if name not in known])
    topics = {name: topic_of(described[name], found) for name, found in entries.items()}
    for name in described.keys() & known.keys():
        if str(described[name].topic_id) == known[name].id:
            topics[name] = replace(known[name], partitions=len(described[name].partitions))
    first, last = OffsetSpec.earliest(), OffsetSpec.latest()  # type: ignore[no-untyped-call]
    starts = asked.offsets(_places(topics.values()), first)
    ends = asked.offsets(_places((*topics.values(), *(one.topic for one in still.values()))), last)
    found = {}
    for name, topic in topics.items():
        if {*range(topic.partitions)} == starts.get(name, {}).keys() == ends.get(name, {}).keys():
            state = TopicState(name, topic.id, starts[name], ends[name], topic.cleanup_policy)
            found[name] = SeenTopic(topic, state)
    for name, one in still.items():
        if ends.get(name, {}).keys() == one.state.log_ends.keys():
            found[name] = replace(one, state=replace(one.state, log_ends=ends[name]))
    return found


def _places(topics: Iterable[Topic]) -> list[TopicPartition]:
    return [TopicPartition(one.name, partition) for one in topics for partition in range(one.partitions)]


@dataclass(frozen=True)
class _Questions:
    settings: KafkaSettings

    def descriptions(self, names: Collection[str]) -> dict[str, TopicDescription]:
        def describe(admin: AdminClient, seconds: float) -> Asked[str]:
            return admin.describe_topics(TopicCollection([*names]), request_timeout=seconds)

        return self._asked(describe, "describing topics") if names else {}

    def configs(self, names: Collection[str]) -> dict[str, Mapping[str, Any]]:
        resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]

        def describe(admin: AdminClient, seconds: float) -> Asked[ConfigResource]:
            return admin.describe_configs(resources, request_timeout=seconds)

        found = self._asked(describe, "asking for the configs of topics") if resources else {}
        return {one.name: entries for one, entries in found.items()}

    def offsets(self, places: list[TopicPartition], spec: OffsetSpec) -> dict[str, dict[int, int]]:
        """Of each topic by partition; those that a broker could not tell are left out."""
        wanted = dict.fromkeys(places, spec)

        def question(admin: AdminClient, seconds: float) -> Asked[TopicPartition]:
            return admin.list_offsets(wanted, isolation_level=_COMMITTED, request_timeout=seconds)

        answers = self._asked(question, "asking for the offsets of topics") if places else {}
        found: dict[str, dict[int, int]] = {}
        for place, answer in answers.items():
            if answer.offset > OFFSET_INVALID:
                found.setdefault(place.topic, {})[place.partition] = answer.offset
        return found

    def _asked(self, question: Callable[[AdminClient, float], Asked[Key]], doing: str) -> dict[Key, Any]:
        """Empty where each of them was answered with an error that does not pass, or none has a leader now: topics that
        were deleted have none, and a common look waits for nobody.
        """
        try:
            return ask(self.settings, question, doing, not_passing=KafkaError._NOENT, partly=True)  # noqa: SLF001
        except KafkaException:
            return {}
