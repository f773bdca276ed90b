"""A topic is made, or gone, once the brokers know: the controller answers before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from waybill_common.errors import KafkaUnavailable, TopicRefused
from waybill_common.kafka import Topic, delete_topic, ensure_topic, known_changes, making_topics
from waybill_common.settings import KafkaSettings

KAFKA = KafkaSettings(create_topics=True, replication_factor=1)
TOPIC = Topic("orders", "id-1", 3, "delete", -1, -1)


class Cluster:
    """Its one broker learns what the controller did when it was asked ``late`` times."""

    def __init__(self, late: int) -> None:
        self.late = late
        self.asked = 0
        self.done: list[str] = []

    def create_topics(self, topics: list[object], **_seconds: float) -> dict[str, object]:
        self.done.append("created")
        return {}

    def delete_topics(self, topics: list[str], **_seconds: float) -> dict[str, object]:
        self.done += topics
        return {}

    def knows(self) -> bool:
        """Whether the broker knows what was done."""
        self.asked += bool(self.done)
        return self.asked > self.late


@pytest.fixture
def cluster_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], Cluster]]:
    def cluster_of(late: int) -> Cluster:
        cluster = Cluster(late)
        monkeypatch.setattr(making_topics, "ask", lambda _settings, question, _doing: question(cluster, 1.0))
        monkeypatch.setattr(making_topics, "topic_id", lambda *_: None if cluster.knows() else TOPIC.id)
        monkeypatch.setattr(making_topics, "describe_topic", lambda *_: TOPIC if cluster.knows() else None)
        monkeypatch.setattr(known_changes, "_PAUSE_SECONDS", 0.0)
        return cluster

    yield cluster_of


@pytest.mark.parametrize("late", [0, 1, 7])
def test_a_topic_that_was_deleted_is_gone_when_that_is_said(
    cluster_of: Callable[[int], Cluster], late: int
) -> None:
    cluster = cluster_of(late)
    delete_topic(KAFKA, TOPIC)
    assert (cluster.done, cluster.knows()) == (["orders"], True)
    assert cluster.asked == late + 2


@pytest.mark.parametrize("late", [0, 1, 7])
def test_a_topic_that_was_made_is_there_when_that_is_said(
    cluster_of: Callable[[int], Cluster], late: int
) -> None:
    cluster = cluster_of(late)
    assert ensure_topic(KAFKA, "orders", partitions=3) == TOPIC
    assert (cluster.done, cluster.asked) == (["created"], late + 1)


def test_a_broker_that_never_learns_is_told_of(
    cluster_of: Callable[[int], Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster_of(10**9)
    monkeypatch.setattr(known_changes, "_WITHIN_SECONDS", 0.01)
    with pytest.raises(KafkaUnavailable, match="was deleted and a broker still describes it"):
        delete_topic(KAFKA, TOPIC)
    with pytest.raises(KafkaUnavailable, match="was created but no broker describes it"):
        ensure_topic(KAFKA, "orders", partitions=3)


def test_another_topic_of_that_name_is_never_deleted(cluster_of: Callable[[int], Cluster]) -> None:
    cluster = cluster_of(0)
    with pytest.raises(TopicRefused, match="is not the one that this run made"):
        delete_topic(KAFKA, Topic("orders", "id-0", 3, "delete", -1, -1))
    assert cluster.done == []
