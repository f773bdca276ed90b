"""Records that are too large for their topic, and how large a record is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.producer.test_batch import KEY, batch
from unit.producer.users import make_user, raw

from waybill_common.errors import TopicRefused
from waybill_producer.events.dead_body import DeadBodies
from waybill_producer.publishing.batch import Batch, BatchRecord
from waybill_producer.publishing.fit import PATIENCE, too_large, without
from waybill_producer.publishing.size import size_alone
from waybill_streams.names import NAMES

TOPIC, DEAD, CURSOR = "names_topic", "names_topic.dead", "names_topic.cursor"
ROOMY = dict.fromkeys((TOPIC, DEAD, CURSOR), 1_000_000)


def varint(number: int) -> bytes:
    """Zigzag, little end first, as the protocol has it."""
    number = (number << 1) ^ (number >> 63)
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*found, number))


def encoded(record: BatchRecord) -> Iterator[bytes]:
    """A record of a batch of one, after its length."""
    yield b"\0" + varint(0) + varint(0)
    yield varint(-1) if record.key is None else varint(len(record.key)) + record.key
    yield varint(len(record.value)) + record.value + varint(len(record.headers))
    for name, value in record.headers:
        yield varint(len(name.encode())) + name.encode() + varint(len(value)) + value


@given(
    st.builds(
        BatchRecord,
        st.just("t"),
        st.none() | st.binary(),
        st.binary() | st.sampled_from([63, 64, 8191, 8192, 1_048_575, 1_048_576]).map(bytes),
        st.lists(st.tuples(st.text(), st.binary()), max_size=70).map(tuple),
    )
)
def test_a_records_size_is_that_of_its_bytes(record: BatchRecord) -> None:
    body = b"".join(encoded(record))
    assert size_alone(record) == 61 + len(varint(len(body))) + len(body)


def reasons(made: Batch) -> list[tuple[str, str]]:
    return [
        (dict(one.headers)["index"].decode(), dict(one.headers)["reason"].decode())
        for one in made.records[-3:-1]
    ]


def test_an_event_without_room_is_a_dead_letter_of_its_user() -> None:
    made = without(batch(), {0})
    assert [record.topic for record in made.records] == [TOPIC, DEAD, DEAD, CURSOR]
    assert made.records[1].value == DeadBodies(NAMES, KEY).of(raw(make_user(1)))
    assert reasons(made) == [("0", "too_large"), ("1", "wrong_type")]
    assert dict(made.records[1].headers)["detail"].endswith(b" bytes are more than names_topic takes")
    assert (made.events, made.dead) == (1, {"wrong_type": 1, "too_large": 1})
    assert (made.cursor.events, made.cursor.dead_letters) == (11, 4)
    assert made.cursor.fingerprint == batch().cursor.fingerprint


def test_a_dead_letter_without_room_tells_its_bodys_length_and_digest() -> None:
    body = batch().records[2].value
    made = without(batch(), {2})
    record = made.records[2]
    assert record.value == b""
    assert dict(record.headers)["body-length"] == str(len(body)).encode()
    assert dict(record.headers)["body-sha256"] == hashlib.sha256(body).hexdigest().encode()
    assert (made.events, made.dead, made.cursor) == (2, batch().dead, batch().cursor)


def test_a_dead_letter_keeps_what_it_lost_when_others_follow() -> None:
    made = without(without(batch(), {0, 2}), {0})
    assert [record.topic for record in made.records] == [DEAD, DEAD, DEAD, CURSOR]
    assert [record.value == b"" for record in made.records[:3]] == [False, True, False]


@pytest.mark.parametrize(("numbers", "topic"), [({3}, CURSOR), ({2}, DEAD)], ids=["cursor", "bodiless"])
def test_what_nothing_can_be_taken_from_is_the_topics_fault(numbers: set[int], topic: str) -> None:
    with pytest.raises(TopicRefused, match=f"Topic {topic} does not take"):
        without(without(batch(), {2}), numbers)


def test_only_what_is_above_its_limit_and_was_refused_has_no_room() -> None:
    sizes = [size_alone(record) for record in batch().records]
    tight = ROOMY | {TOPIC: sizes[0] - 1}
    assert too_large(batch(), {0, 2}, tight, alone=False, refusals=1) == {0}
    assert too_large(batch(), {2}, tight, alone=False, refusals=1) == set()
    assert too_large(batch(), {0, 2}, ROOMY, alone=True, refusals=1) == {0, 2}


def test_at_last_everything_above_a_limit_goes() -> None:
    low = dict.fromkeys(ROOMY, 1)
    assert too_large(batch(), {0}, low, alone=False, refusals=PATIENCE - 1) == {0}
    assert too_large(batch(), {0}, low, alone=False, refusals=PATIENCE) == {0, 1, 2, 3}
    assert too_large(batch(), {1}, ROOMY, alone=True, refusals=PATIENCE) == {0, 1}
