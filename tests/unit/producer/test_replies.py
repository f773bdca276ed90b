"""Whatever the API answers: a page, of which each user is an event or a dead letter, or a refusal in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from unit.producer.test_shape import USERS, VALUES
from unit.producer.users import NOW, make_body, make_query, make_reply, make_user

from waybill_common.settings import StreamSettings
from waybill_producer.cursor.resuming import PagePosition
from waybill_producer.events.dead_body import DeadBodies
from waybill_producer.events.pseudonym import PseudonymKey
from waybill_producer.events.transform import transform_page
from waybill_producer.publishing.batch import Draft, build_batch
from waybill_producer.publishing.size import size_alone
from waybill_producer.source.reply import Ignored, Page, TryPageAgain, check_reply
from waybill_streams.names import NAMES

KEY = PseudonymKey("k1", b"k" * 32)
LONGEST_WORDS = 1000


def judged(body: bytes, results: int = 2) -> Page | TryPageAgain | Ignored:
    """The reply's verdict, and its page made ready as far as Kafka."""
    query = make_query(results=results)
    verdict = check_reply(query, 1, None, make_reply(body))
    match verdict:
        case Page():
            outcome = transform_page(verdict.users, NAMES, KEY, NOW)
            indices = [one.index for one in outcome.events] + [one.index for one in outcome.dead]
            assert sorted(indices) == list(range(results))
            draft = Draft(
                verdict,
                outcome,
                PagePosition(1),
                query,
                StreamSettings(),
                NAMES,
                "id-1",
                NOW,
                None,
                DeadBodies(NAMES, KEY),
            )
            batch = build_batch(draft)
            assert len(batch.records) == results + 1
            assert all(size_alone(record) > len(record.value) for record in batch.records)
        case TryPageAgain():
            assert 0 < len(verdict.why) < LONGEST_WORDS
        case Ignored():
            assert 0 < len(verdict.found) < LONGEST_WORDS
    return verdict


def deep(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def digits(count: int) -> bytes:
    return b"1" * count


RAW = st.sampled_from(
    [
        *(
            b"NaN",
            b"-Infinity",
            b"1e999999999",
            b"1E-999999999",
            b"-0",
            b"null",
            b'"\\ud800"',
            b'"\\udc00\\ud800"',
        ),
        *(
            b'"\xff"',
            b'"\xed\xa0\x80"',
            b"\xef\xbb\xbf{}",
            b'{"a":1,"a":2}',
            b'{"a":1,}',
            b"{",
            b'"',
            b"01",
            b"+1",
        ),
        *(deep(900), deep(1500), deep(100_000), digits(4300), digits(4301), digits(100_000)),
        *(b'"' + b"x" * 100_000 + b'"', b'{"a":' * 1500 + b"1" + b"}" * 1500, b'"\x00"', b"\\u0000", b""),
    ]
)
MEMBERS = [
    b'"login"',
    b'"uuid"',
    b'"error"',
    b'"seed"',
    b'"page"',
    b'"info"',
    b'"results"',
    b'"nat"',
    b'"x"',
    b"1",
]


NESTED = st.integers(700, 1000).map(deep)


def put(body: bytes, at: int, cut: int, raw: bytes) -> bytes:
    at %= len(body) + 1
    return body[:at] + raw + body[at + cut :]


def in_a_member(name: bytes, raw: bytes, user: bool) -> bytes:
    """A body that is right but for one member, of its first user or of its own."""
    member = name + b":" + raw
    first = json.dumps(make_user(1)).encode()
    one = b"{" + member + b"," + first[1:] if user else first
    info = b'"info":{"seed":"abc","results":2,"page":1,"version":"1.4"}'
    more = b"" if user else b"," + member
    return b'{"results":[' + one + b"," + json.dumps(make_user(2)).encode() + b"]," + info + more + b"}"


def page_of(users: list[Any]) -> tuple[bytes, int]:
    body = make_body(users, results=len(users))
    return json.dumps(json.loads(body)).encode(), len(users)


@settings(max_examples=600)
@given(
    st.binary(max_size=60)
    | VALUES.map(lambda value: json.dumps(value).encode())
    | st.builds(
        put, st.just(make_body()), st.integers(0, 2000), st.integers(0, 40), RAW | st.binary(max_size=4)
    )
    | st.builds(in_a_member, st.sampled_from(MEMBERS), RAW | NESTED, st.booleans())
)
@example(in_a_member(b'"error"', deep(900), user=False))
@example(in_a_member(b'"uuid"', deep(900), user=True))
@example(in_a_member(b'"login"', b'{"uuid":' + deep(900) + b"}", user=True))
@example(in_a_member(b'"info"', b'{"results":"' + b"x" * 100_000 + b'"}', user=False))
@example(in_a_member(b'"info"', b'{"seed":' + deep(900) + b"}", user=False))
def test_any_reply_is_a_page_or_refused_in_words(body: bytes) -> None:
    judged(body)


@settings(max_examples=400)
@given(st.lists(USERS | VALUES, min_size=1, max_size=4).map(page_of))
def test_any_users_are_events_or_dead_letters(made: tuple[bytes, int]) -> None:
    assert isinstance(judged(*made), Page)


@pytest.mark.parametrize(
    ("name", "raw", "whole"),
    [
        (b'"x"', digits(5000), False),
        (b'"x"', deep(1500), False),
        (b'"x"', b'"\xff"', False),
        (b'"x"', b"NaN", True),
        (b'"email"', b'"\\ud800"', True),
        (b'"x"', b'"' + b"x" * 16_000_000 + b'"', True),
        (b'"nat"', b"7", True),
    ],
    ids=["digits", "deep", "not_utf8", "nan", "surrogate", "large", "wrong_type"],
)
def test_what_json_can_not_hold_refuses_the_page_and_the_rest_is_one_users_matter(
    name: bytes, raw: bytes, whole: bool
) -> None:
    found = judged(in_a_member(name, raw, user=True))
    assert isinstance(found, Page) is whole
