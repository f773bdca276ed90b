from __future__ import annotations

import json
import re

from unit.producer.users import NOW, make_query, make_user, raw

from waybill_common.settings import StreamSettings
from waybill_producer.cursor.model import decode_cursor
from waybill_producer.cursor.resuming import PagePosition
from waybill_producer.events.dead_body import DeadBodies
from waybill_producer.events.pseudonym import PseudonymKey
from waybill_producer.events.transform import transform_page
from waybill_producer.publishing.batch import Batch, Draft, build_batch, traceparent
from waybill_producer.source.reply import Page
from waybill_streams.names import NAMES

KEY = PseudonymKey("k1", b"k" * 32)


def batch(schema_id: int | None = None, *, whole: bool = False) -> Batch:
    users = (raw(make_user(1), 0), raw(make_user(2, email=1), 1), raw(make_user(3), 2))
    page = Page(4, users, "f4")
    outcome = transform_page(users, NAMES, KEY, NOW)
    position = PagePosition(4, "f3", events=10, dead_letters=2)
    query = make_query(results=3)
    bodies = DeadBodies(NAMES, KEY, whole=whole)
    return build_batch(
        Draft(page, outcome, position, query, StreamSettings(), NAMES, "id-1", NOW, schema_id, bodies)
    )


def test_every_user_is_one_record_and_the_cursor_comes_last() -> None:
    topics = [record.topic for record in batch().records]
    assert topics == ["names_topic", "names_topic", "names_topic.dead", "names_topic.cursor"]


def test_an_event_is_keyed_by_its_id_and_tells_where_it_comes_from() -> None:
    record = batch().records[1]
    headers = dict(record.headers)
    assert record.key == json.loads(record.value)["id"].encode()
    assert headers["content-type"] == b"application/json"
    assert headers["contract"] == b"names/1"
    assert headers["source"] == b"https://api.example/api/1.4/?results=3&seed=abc&page=4#2"
    assert re.fullmatch(rb"00-[0-9a-f]{32}-[0-9a-f]{16}-01", headers["traceparent"])


def test_with_a_schema_id_events_are_framed_and_nothing_else_is() -> None:
    plain, framed = batch().records, batch(258).records
    assert [record.value[:5] for record in framed[:2]] == [b"\x00\x00\x00\x01\x02"] * 2
    assert [record.value[5:] for record in framed[:2]] == [record.value for record in plain[:2]]
    assert framed[2:] == plain[2:]
    assert [record.headers for record in framed] == [record.headers for record in plain]


def test_a_dead_letter_holds_the_raw_bytes_only_where_that_is_asked_for() -> None:
    user = raw(make_user(2, email=1))
    masked, whole = batch().records[2], batch(whole=True).records[2]
    assert (masked.value, dict(masked.headers)["body"]) == (DeadBodies(NAMES, KEY).of(user), b"masked")
    assert (whole.value, dict(whole.headers)["body"]) == (user.raw, b"whole")


def test_a_dead_letter_has_its_coordinates() -> None:
    record = batch().records[2]
    headers = dict(record.headers)
    assert record.key is None
    assert [headers[name] for name in ("reason", "detail", "seed", "page", "index")] == [
        b"wrong_type",
        b"email: wrong_type",
        b"abc",
        b"4",
        b"1",
    ]


def test_the_cursor_adds_the_page_to_what_was_there() -> None:
    cursor = decode_cursor(batch().records[-1].value, "here")
    assert (cursor.page, cursor.events, cursor.dead_letters, cursor.fingerprint) == (4, 12, 3, "f4")


def test_a_page_fetched_again_continues_its_trace() -> None:
    assert traceparent("a", "f") == traceparent("a", "f") != traceparent("b", "f")
