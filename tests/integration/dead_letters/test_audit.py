"""What ``verify`` says where the loop of a dead letter does not close."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

import pytest
from confluent_kafka import Producer
from integration.dead_letters.conftest import Desk, malformed
from sample_events import nth_event

from waybill_common.kafka import describe_topic, librdkafka_config
from waybill_common.kafka.topic_plan import redrives_plan, require_topic
from waybill_common.settings import StreamSettings
from waybill_streams.names import NAMES


def send(desk: Desk, topic: str, key: bytes | None, value: bytes, of: str | None = None) -> None:
    producer = Producer(librdkafka_config(desk.stream.kafka))
    named: dict[str, str | bytes | None] = {"waybill-redrive-of": of} if of else {}
    producer.produce(topic, value, key, headers=named, partition=0)
    assert producer.flush(15) == 0


def successor(desk: Desk, number: int, of: str = "0/0") -> None:
    send(desk, desk.stream.topic, None, NAMES.encode(nth_event(number)), f"{desk.stream.topic}/{of}")


def recorded(desk: Desk, offset: int) -> None:
    """A record of a redrive of letter 0:0 to 0:``offset``, whatever is there."""
    topic, stream = desk.stream.topic, StreamSettings(topic=desk.stream.topic)
    found = describe_topic(desk.stream.kafka, topic)
    require_topic(desk.stream.kafka, redrives_plan(desk.stream.kafka, stream.redrives_topic))
    topic_id = found.id if found else ""
    fields = {
        "format": 2, "stream": "names", "topic": topic, "topic_id": topic_id, "partition": 0,
        "offset": 0, "state": "redriven", "at": "2026-11-22T00:00:00.000000Z", "run": uuid.uuid4().hex,
        "chunk": 1, "patch_sha256": None, "reason": None,
        "successor": {"topic": topic, "topic_id": topic_id, "partition": 0, "offset": offset},
    }  # fmt: skip
    send(desk, stream.redrives_topic, f"names/{topic_id}/{topic}/0/0".encode(), json.dumps(fields).encode())


def _twice(desk: Desk) -> None:
    successor(desk, 10)
    successor(desk, 11)


def _no_letter(desk: Desk) -> None:
    successor(desk, 10, of="1/77")


def _elsewhere(desk: Desk) -> None:
    successor(desk, 10)
    recorded(desk, 999)
    recorded(desk, 0)


def _garbage(desk: Desk) -> None:
    recorded(desk, 999)
    send(desk, f"{desk.stream.topic}.redrives", b"x", b"{}")


CASES: dict[str, tuple[Callable[[Desk], None], dict[str, int]]] = {
    "two_successors": (_twice, {"redriven_twice": 1, "redrive_unrecorded": 2}),
    "a_successor_that_nobody_recorded": (lambda desk: successor(desk, 10), {"redrive_unrecorded": 1}),
    "a_successor_of_no_letter": (_no_letter, {"redrive_unrecorded": 1}),
    "a_record_without_a_successor": (
        _elsewhere,
        {"redrive_unrecorded": 1, "redrive_without_successor": 1},
    ),
    "a_record_that_is_none": (_garbage, {"redrive_unreadable": 1}),
}


@pytest.mark.parametrize("case", CASES)
def test_a_loop_that_does_not_close_is_found(case: str, desk: Desk) -> None:
    tamper, wanted = CASES[case]
    desk.stream.produce([malformed(0)], 0)
    tamper(desk)
    desk.deliver()
    code, report = desk.verify()
    assert (code, report["findings_total"]) == (40, wanted)


def test_a_successor_behind_the_frontier_is_in_flight(desk: Desk) -> None:
    desk.stream.produce([malformed(0)], 0)
    desk.deliver()
    assert desk.json("redrive", "--json", "--send", desk.patch())["sent"] == 1
    report = desk.json("verify", "--json")
    assert (report["verdict"], report["letters"]["redriven"]) == ("ok", 1)


def test_verify_makes_no_topic(desk: Desk) -> None:
    desk.stream.produce([malformed(0)], 0)
    desk.deliver()
    assert desk.verify()[0] == 0
    assert describe_topic(desk.stream.kafka, f"{desk.stream.topic}.redrives") is None
