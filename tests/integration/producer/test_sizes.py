"""Small queues and small limits: a page is one transaction all the same, and each user is in it once."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from changed_topics import configure
from confluent_kafka import Message
from integration.producer.runs import Pipeline, await_event, finish, headers
from integration.producer.test_refusals import admin, create

from waybill_producer.publishing.batch import BatchRecord
from waybill_producer.publishing.size import size_alone

PLAIN = json.dumps({"compression.type": "none"})


def place(message: Message) -> tuple[int, int]:
    """A user's page and index."""
    page, _, index = headers(message)["source"].decode().split("page=")[1].partition("#")
    return int(page), int(index)


def users(pipeline: Pipeline) -> Counter[tuple[int, int]]:
    """How often each one is an event or a dead letter."""
    return Counter(place(one) for one in (*pipeline.events(), *pipeline.dead_letters()))


def all_once(pages: int) -> Counter[tuple[int, int]]:
    return Counter((page, index) for page in range(1, pages + 1) for index in range(50))


def sizes(pipeline: Pipeline) -> dict[tuple[int, int], int]:
    """Of a page's events, as they are in a topic without a limit."""
    roomy = replace(pipeline, topic=f"{pipeline.topic}.roomy")
    assert roomy.run(producer__pages=1).code == 0
    return {
        place(one): size_alone(
            BatchRecord("t", one.key() or b"", one.value() or b"", tuple(headers(one).items()))
        )
        for one in roomy.events()
    }


def median(found: dict[tuple[int, int], int]) -> int:
    return sorted(found.values())[len(found) // 2]


def test_a_page_larger_than_the_queue_is_one_transaction(pipeline: Pipeline) -> None:
    small = {"queue.buffering.max.messages": "10", "queue.buffering.max.kbytes": "4"}
    ran = pipeline.run(producer__pages=2, kafka__properties=json.dumps(small))
    assert ran.code == 0, ran.stderr
    assert "transaction lost" not in ran.stderr
    assert users(pipeline) == all_once(2)
    assert [cursor["page"] for cursor in pipeline.cursors()] == [1, 2]


def test_a_record_above_its_topics_limit_is_a_dead_letter_to_the_byte(pipeline: Pipeline) -> None:
    found = sizes(pipeline)
    create(pipeline, pipeline.topic, max_message_bytes=str(median(found)))
    ran = pipeline.run(producer__pages=1, kafka__properties=PLAIN)
    assert ran.code == 0, ran.stderr
    assert "transaction lost" not in ran.stderr
    assert users(pipeline) == all_once(1)
    letters = pipeline.dead_letters()
    assert {place(one) for one in letters} == {one for one, size in found.items() if size > median(found)}
    assert {headers(one)["reason"] for one in letters} == {b"too_large"}
    assert all(json.loads(one.value() or b"")["fields"]["id"] for one in letters)
    assert ran.summary is not None
    assert ran.summary["dead_letters"]["by_reason"] == {"too_large": len(letters)}
    [cursor] = pipeline.cursors()
    assert (cursor["events"], cursor["dead_letters"]) == (50 - len(letters), len(letters))


def test_a_record_that_fits_once_it_is_compressed_is_no_dead_letter(pipeline: Pipeline) -> None:
    create(pipeline, pipeline.topic, max_message_bytes=str(median(sizes(pipeline))))
    ran = pipeline.run(producer__pages=1)
    assert ran.code == 0, ran.stderr
    assert len(pipeline.events()) == 50


def test_a_limit_that_is_lowered_in_mid_run_costs_no_page(pipeline: Pipeline) -> None:
    limit = median(sizes(pipeline))
    create(pipeline, pipeline.topic)
    process = pipeline.start(producer__pages=2, producer__pause_interval=5, kafka__properties=PLAIN)
    await_event(process, "page published")
    configure(admin(pipeline), pipeline.topic, "max.message.bytes", str(limit))
    ran = finish(process)
    assert ran.code == 0, ran.stderr
    assert "transaction lost" not in ran.stderr
    assert users(pipeline) == all_once(2)
    assert {place(one)[0] for one in pipeline.dead_letters()} == {2}
    assert 2 in {place(one)[0] for one in pipeline.events()}


@pytest.mark.parametrize("limit", [800, 100], ids=["without_its_body", "not_at_all"])
def test_a_dead_letter_above_its_topics_limit_goes_without_its_body(pipeline: Pipeline, limit: int) -> None:
    create(pipeline, pipeline.topic, max_message_bytes="100")
    create(pipeline, f"{pipeline.topic}.dead", max_message_bytes=str(limit))
    ran = pipeline.run(producer__pages=1, kafka__properties=PLAIN)
    if limit == 100:
        assert ran.code == 22, ran.stderr
        assert f"Topic {pipeline.topic}.dead does not take a record of" in ran.stderr
        assert (pipeline.events(), pipeline.dead_letters(), pipeline.cursors()) == ([], [], [])
        return
    assert ran.code == 0, ran.stderr
    assert users(pipeline) == all_once(1)
    bodiless = [one for one in pipeline.dead_letters() if not one.value()]
    assert bodiless
    assert all(headers(one)["body-length"].isdigit() for one in bodiless)
    assert all(len(headers(one)["body-sha256"]) == 64 for one in bodiless)
    assert [cursor["dead_letters"] for cursor in pipeline.cursors()] == [50]
