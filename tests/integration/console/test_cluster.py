"""Three brokers, a topic of three copies, brokers that go away and come back."""

from __future__ import annotations

import html
import re

import pytest
from confluent_kafka import Consumer, TopicPartition
from consoles import Browser
from integration.delivery.conftest import Stream
from waiting import wait_until

from waybill_common.kafka import describe_topic, librdkafka_config
from waybill_sandbox.kafka import KafkaCluster


def words(page: str) -> str:
    """The page's text, without its tags."""
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", page).split()))


def create(browser: Browser, name: str, **fields: str) -> tuple[int, str]:
    """The status, and where it leads to or what the page says."""
    given = {
        "name": name,
        "partitions": "3",
        "replication": "3",
        "min_insync": "2",
        "retention": "",
        **fields,
    }
    answer = browser.send("/topics", **given)
    return answer.status_code, answer.headers.get("Location") or words(answer.text)


def test_three_brokers_are_shown(kafka_three: KafkaCluster, browser: Browser) -> None:
    said = words(browser.text("/"))
    assert "Brokers 3 " in said
    for node in kafka_three.bootstrap_servers.split(","):
        assert node in said
    assert said.count(" controller ") == 1


def test_a_topic_of_three_copies_is_created(stream: Stream, browser: Browser) -> None:
    status, place = create(browser, stream.topic, retention="86400000")
    assert (status, place) == (303, f"/topics/{stream.topic}?created=1")
    said = words(browser.text(place))
    assert "Kafka has made the topic." in said
    topic = wait_until(lambda: describe_topic(stream.kafka, stream.topic), "the topic was never made")
    assert topic is not None
    assert (topic.partitions, topic.retention_ms) == (3, 86_400_000)
    wait_until(lambda: "1, 2, 3" in words(browser.text(place)), "it never had three copies")
    assert "min.insync.replicas 2" in words(browser.text(place))
    listed = f"{stream.topic} stream names 3 3 all 0 1 d delete"
    filtered = f"/topics?filter={stream.topic}"
    wait_until(lambda: listed in words(browser.text(filtered)), lambda: words(browser.text(filtered)))


def test_a_creation_that_the_brokers_refuse_shows_their_reason(stream: Stream, browser: Browser) -> None:
    assert create(browser, stream.topic)[0] == 303
    for name, fields, reason in (
        (stream.topic, {}, f"Topic '{stream.topic}' already exists"),
        (f"{stream.topic}.9", {"replication": "9"}, "replication"),
        ("<script>alert(1)</script>", {}, "Kafka refused it."),
        ("..", {}, "Kafka refused it."),
        (f"{stream.topic}.x", {"retention": "-1", "min_insync": "0"}, "a whole number from 1 to 100"),
    ):
        status, said = create(browser, name, **fields)
        assert status in (400, 409), name
        assert reason.lower() in said.lower(), (name, said)
    assert describe_topic(stream.kafka, f"{stream.topic}.9") is None


def test_a_groups_lag_is_shown(stream: Stream, browser: Browser) -> None:
    stream.create()
    stream.produce([b"x"] * 7)
    ends = stream.ends()
    group = f"<b>{stream.topic}"
    config = librdkafka_config(stream.kafka, {"group.id": group, "enable.auto.commit": False})
    consumer = Consumer(config)
    try:
        consumer.commit(offsets=[TopicPartition(stream.topic, 0, 2)], asynchronous=False)
    finally:
        consumer.close()

    said = f"{group} empty {stream.topic} {ends[0] - 2}"
    wait_until(lambda: said in words(browser.text("/")), lambda: words(browser.text("/")))
    assert group not in browser.text("/")


@pytest.mark.parametrize("path", ["/", "/topics", "/topics/{topic}", "/streams/names"])
def test_pages_of_a_cluster_with_hostile_names_are_whole(stream: Stream, browser: Browser, path: str) -> None:
    stream.create()
    page = path.format(topic=stream.topic)
    wait_until(lambda: browser.get(page).status_code == 200, "a broker does not know the new topic")
    assert "<script>" not in browser.text(page)


def test_brokers_that_are_killed_are_told_and_come_back(
    kafka_three: KafkaCluster, stream: Stream, browser: Browser
) -> None:
    stream.create()
    stream.names(5)
    stream.driver().reach(stream.ends())
    assert "Under-replicated 0" in words(browser.text("/"))
    kafka_three.kill_node(3)
    wait_until(lambda: "Under-replicated partitions" in browser.text("/"), "the lost copies are not told")
    for node in (1, 2):
        kafka_three.kill_node(node)
    since = wait_until(lambda: silent_since(browser, "/topics"), "the silence is not told")
    assert silent_since(browser, "/topics/names_topic") == since
    page = browser.text("/streams/names")
    assert silent_since(browser, "/streams/names") == since
    assert "/streams/names/commits/1" in page  # the lake needs no broker
    assert browser.get("/streams/names").elapsed.total_seconds() < 2
    kafka_three.restart_nodes(1, 2, 3)
    wait_until(lambda: "Brokers 3 " in words(browser.text("/")), "the brokers never came back")
    wait_until(lambda: silent_since(browser, "/streams/names") is None, "the silence never ended")
    wait_until(
        lambda: "Under-replicated 0" in words(browser.text("/")), "the copies never came back", seconds=90
    )


def silent_since(browser: Browser, path: str) -> str | None:
    found = re.search(r'Kafka has not answered since <time datetime="([^"]+)"', browser.text(path))
    return found[1] if found else None
