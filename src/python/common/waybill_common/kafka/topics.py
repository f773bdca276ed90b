"""What is asked of a topic before anything relies on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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

from waybill_common.kafka.admin_requests import Asked, ask
from waybill_common.kafka.client_errors import failure
from waybill_common.kafka.leaders import leaders_answer
from waybill_common.kafka.missing_topic import no_such_topic
from waybill_common.kafka.passing import NOT_KNOWN_YET
from waybill_common.kafka.topic_state import TopicState
from waybill_common.settings import KafkaSettings

_1970 = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Topic:
    """A topic as the cluster describes it. ``id`` changes when a topic is deleted and made again.

    Records go once they are ``retention_ms`` old, or a partition has more than ``retention_bytes``; -1 is never.
    They go by whole segments, which stay open for ``segment_ms``. ``max_message_bytes`` bounds a batch as it arrives.
    None where the cluster does not tell.
    """

    name: str
    id: str
    partitions: int
    cleanup_policy: str
    retention_ms: int
    retention_bytes: int
    max_message_bytes: int | None = None
    segment_ms: int | None = None


def describe_topic(settings: KafkaSettings, name: str) -> Topic | None:
    """The topic, or None where the cluster has none of that name.

    Raises ``KafkaUnavailable`` and ``KafkaRefused``.
    """
    resource = ConfigResource(ResourceType.TOPIC, name)

    def describe_config(admin: AdminClient, seconds: float) -> Asked[ConfigResource]:
        return admin.describe_configs([resource], request_timeout=seconds)

    doing = f"describing topic {name}"
    try:
        described = _described(settings, name, doing)
        entries = ask(settings, describe_config, doing)[resource]
    except KafkaException as error:
        if error.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            return None
        raise failure(settings, doing, error, topic=name) from error
    return topic_of(described, entries)


def topic_of(described: TopicDescription, entries: Mapping[str, Any]) -> Topic:
    found = {name: entry.value for name, entry in entries.items()}
    return Topic(
        name=described.name,
        id=str(described.topic_id),
        partitions=len(described.partitions),
        cleanup_policy=found["cleanup.policy"],
        retention_ms=int(found["retention.ms"]),
        retention_bytes=int(found["retention.bytes"]),
        max_message_bytes=int(found["max.message.bytes"]) if found.get("max.message.bytes") else None,
        segment_ms=int(found["segment.ms"]) if found.get("segment.ms") else None,
    )


def topic_id(settings: KafkaSettings, name: str) -> str | None:
    """The id of the topic that has that name now, None where there is none: one request.

    Raises ``KafkaUnavailable`` and ``KafkaRefused``.
    """
    doing = f"asking for the id of topic {name}"
    try:
        return str(_described(settings, name, doing).topic_id)
    except KafkaException as error:
        if error.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            return None
        raise failure(settings, doing, error, topic=name) from error


def is_hidden(settings: KafkaSettings, name: str) -> bool:
    """Whether this user may not even learn if there is a topic of that name. Raises ``KafkaUnavailable``."""
    try:
        _described(settings, name, f"describing topic {name}")
    except KafkaException as error:
        return bool(error.args[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED)
    return False


def existing_topic(settings: KafkaSettings, name: str, *, allowed: str, remedy: str) -> Topic:
    """The topic, which is never created; raises ``TopicRefused`` with these words where there is none."""
    found = describe_topic(settings, name)
    if found is None:
        raise no_such_topic(settings, name, allowed=allowed, remedy=remedy)
    return found


def watermarks(
    settings: KafkaSettings,
    topic: str,
    partitions: Iterable[int],
    isolation: IsolationLevel = IsolationLevel.READ_COMMITTED,
) -> dict[int, tuple[int, int]]:
    """Log start and end of each partition; to a ``read_committed`` reader the end is the last stable offset."""
    wanted, doing = list(partitions), f"asking for the offsets of {topic}"
    first = OffsetSpec.earliest()  # type: ignore[no-untyped-call]
    lows = _offsets(settings, topic, wanted, first, doing, isolation)
    highs = log_ends(settings, topic, wanted, isolation)
    return {partition: (low, highs[partition]) for partition, low in lows.items()}


def log_ends(
    settings: KafkaSettings, topic: str, partitions: Sequence[int], isolation: IsolationLevel
) -> dict[int, int]:
    """End of each partition: the last stable offset to a ``read_committed`` reader, else the high watermark."""
    last = OffsetSpec.latest()  # type: ignore[no-untyped-call]
    return _offsets(settings, topic, partitions, last, f"asking for the offsets of {topic}", isolation)


def first_offsets(settings: KafkaSettings, topic: str, partitions: Sequence[int]) -> dict[int, int]:
    """The first offset that each partition still has, asked on a connection that waits for no records: a broker answers
    a consumer's other questions only after the fetch that it has under way.
    """
    first = OffsetSpec.earliest()  # type: ignore[no-untyped-call]
    doing = f"asking where {topic} partition {', '.join(map(str, partitions))} begins"
    return _offsets(settings, topic, partitions, first, doing)


def offsets_at(settings: KafkaSettings, topic: TopicState, moment: datetime) -> dict[int, int]:
    """Each partition's first offset whose record is of ``moment`` or later; its end where there is none."""
    # Kafka's times are whole milliseconds; a float of one may lie below it.
    spec = OffsetSpec.for_timestamp(-((_1970 - moment) // timedelta(milliseconds=1)))
    doing, ends = f"asking {topic.name} for the offsets of a time", topic.log_ends
    found = _offsets(settings, topic.name, list(ends), spec, doing)
    return {p: min(offset, ends[p]) if offset >= 0 else ends[p] for p, offset in found.items()}


def topic_state(settings: KafkaSettings, name: str) -> TopicState:
    """The topic now; raises ``TopicRefused`` where there is none."""
    topic = existing_topic(
        settings,
        name,
        allowed="the topic that the ledger was begun with.",
        remedy="check stream.topic and kafka.bootstrap_servers.",
    )
    marks = watermarks(settings, name, range(topic.partitions))
    return TopicState(
        name=name,
        id=topic.id,
        log_starts={partition: low for partition, (low, _) in marks.items()},
        log_ends={partition: high for partition, (_, high) in marks.items()},
        cleanup_policy=topic.cleanup_policy,
    )


def _described(settings: KafkaSettings, name: str, doing: str) -> TopicDescription:
    def describe(admin: AdminClient, seconds: float) -> Asked[str]:
        return admin.describe_topics(TopicCollection([name]), request_timeout=seconds)

    found: TopicDescription = ask(settings, describe, doing)[name]
    return found


def _offsets(
    settings: KafkaSettings,
    topic: str,
    partitions: Sequence[int],
    spec: OffsetSpec,
    doing: str,
    isolation: IsolationLevel = IsolationLevel.READ_COMMITTED,
) -> dict[int, int]:
    wanted = dict.fromkeys((TopicPartition(topic, partition) for partition in partitions), spec)

    def question(admin: AdminClient, seconds: float) -> Asked[TopicPartition]:
        return admin.list_offsets(wanted, isolation_level=isolation, request_timeout=seconds)

    try:
        answers = ask(
            settings,
            question,
            doing,
            also_passing=NOT_KNOWN_YET,
            usable=_are_offsets,
            again_when=leaders_answer(topic, {one.partition for one in wanted}),
        )
    except KafkaException as error:
        raise failure(settings, doing, error, topic=topic) from error
    return {one.partition: answer.offset for one, answer in answers.items()}


def _are_offsets(answers: Mapping[TopicPartition, Any]) -> bool:
    """OFFSET_INVALID, with no error: the connection broke between request and answer. -1: no record is that young."""
    return min((answer.offset for answer in answers.values()), default=0) > OFFSET_INVALID
