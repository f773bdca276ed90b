"""The fast way through a page and the careful one: the same events, dead letters, fingerprints and refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from unit.producer.users import NOW, make_query, make_user

from waybill_producer.events.pseudonym import PseudonymKey
from waybill_producer.events.transform import transform_page
from waybill_producer.source import body as body_module
from waybill_producer.source import reply
from waybill_producer.source.api_user import LARGEST
from waybill_producer.source.body import AnyUser, CheckedUser, parse_body
from waybill_streams.names import NAMES

KEY = PseudonymKey("k1", b"k" * 32)
ABSENT = object()

TEXTS = st.one_of(
    st.text(st.characters(codec=None), max_size=8),  # lone surrogates included
    st.text("\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2003\u2028\u3000\ufeffa", max_size=4),
    st.from_regex(r"-?[0-9]{0,4}(\.[0-9]{0,18})?", fullmatch=True),
    st.sampled_from(["nan", "1e5", "1_0", "+1", "١٢", "-0", "90.0001", "male", "UA", "a@b", "a@b c"]),
)
LEAVES = st.one_of(
    st.just(ABSENT),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from([10**40, -(10**40), 1e400, 0.0, -0.0]),
    TEXTS,
)
VALUES = st.recursive(
    LEAVES.filter(lambda value: value is not ABSENT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PATHS = st.sampled_from(
    [
        *(
            "gender",
            "name",
            "name__title",
            "name__first",
            "name__last",
            "email",
            "login",
            "login__uuid",
            "nat",
        ),
        *("location", "location__street", "location__street__number", "location__street__name"),
        *("location__city", "location__state", "location__country", "location__postcode"),
        *("location__coordinates__latitude", "location__coordinates__longitude", "location__coordinates"),
        *("more", "login__more", "location__more"),
    ]
)


def changed(number: int, changes: list[tuple[str, Any]]) -> dict[str, Any]:
    """A user with members set, added or taken away; a change below a part that is gone has no effect."""
    user = make_user(number)
    for path, value in changes:
        *parents, last = path.split("__")
        place: Any = user
        for one in parents:
            place = place.get(one) if isinstance(place, dict) else None
        if isinstance(place, dict):
            if value is ABSENT:
                place.pop(last, None)
            else:
                place[last] = value
    return user


USERS = st.builds(changed, st.integers(1, 3), st.lists(st.tuples(PATHS, LEAVES | VALUES), max_size=3))
BODIES = st.builds(
    lambda users, ascii_only, indent: json.dumps(
        {"results": users, "info": {"page": 1}}, ensure_ascii=ascii_only, indent=indent
    ).encode(errors="surrogatepass"),
    st.lists(USERS | VALUES, max_size=4),
    st.booleans(),
    st.sampled_from([None, 1]),
)


def outcome(parsed: tuple[dict[str, Any], tuple[AnyUser, ...] | None]) -> Any:
    """All that becomes of a parsed body. As text, for NaN is not equal to itself."""
    fields, users = parsed
    if users is None:
        return repr(fields)
    page = transform_page(users, NAMES, KEY, NOW)
    events = [(event.index, event.id, event.value) for event in page.events]
    verdict = reply._check_users(make_query(results=len(users), nationalities=("DE",)), 1, None, users)
    found = verdict.found if isinstance(verdict, reply.Ignored) else reply._fingerprint(users)
    return repr((fields, events, page.dead, [user.raw for user in users], found))


def either(parse: Any, body: bytes) -> Any:
    try:
        parsed = parse(body)
    except ValueError as error:
        return f"refused: {error}"
    return outcome(parsed)


@given(BODIES)
@example(json.dumps({"results": [make_user(1, email="a@b\x1c"), make_user(2)]}).encode())
@example(json.dumps({"results": [make_user(1, location__state="\x1f")]}).encode())
@example(b'{"results":[{"login":{"uuid":"a","uuid":"b"}}],"results":{},"info":1}')
@example(b'{"results":[],"results":[1],"info":1}')
def test_a_page_has_the_same_outcome_on_both_ways(body: bytes) -> None:
    assert either(parse_body, body) == either(body_module._parse_values, body)


WHOLE = json.dumps(
    {"results": [make_user(1), make_user(2)], "info": {"page": 1}}, ensure_ascii=False
).encode()


@given(
    st.integers(0, len(WHOLE)),
    st.integers(0, 4),
    st.binary(max_size=3)
    | st.sampled_from([b'"', b"\\", b"\\u001c", b"\\ud800", b"\xff", b"}", b"NaN", b"[", b",", b" "]),
)
def test_a_damaged_body_is_judged_the_same_on_both_ways(at: int, length: int, put: bytes) -> None:
    damaged = WHOLE[:at] + put + WHOLE[at + length :]
    assert either(parse_body, damaged) == either(body_module._parse_values, damaged)


@pytest.mark.parametrize(
    "member",
    [
        b"1" * 5000,
        b"[" * 990 + b"]" * 990,
        b'"' + b"x" * LARGEST + b'"',
        b'"\xc3"',
        b'"\\ud800"',
        b"NaN",
        b"-",
    ],
    ids=["digits", "deep", "large", "not_utf8", "surrogate", "nan", "number"],
)
def test_a_member_that_nobody_reads_is_judged_the_same_on_both_ways(member: bytes) -> None:
    user = json.dumps(make_user(1)).encode()
    body = b'{"results":[' + user[:-1] + b',"more":' + member + b"}," + user + b'],"info":{}}'
    assert either(parse_body, body) == either(body_module._parse_values, body)


def test_the_apis_own_users_go_the_fast_way() -> None:
    users = [
        make_user(1),
        make_user(2, location__postcode="B6B 6V2", location__state=None),
        make_user(3, more={}),
    ]
    body = json.dumps({"results": users, "info": {}}, ensure_ascii=False).encode()
    _, found = parse_body(body)
    assert found is not None
    assert [type(user) for user in found] == [CheckedUser] * 3


def test_one_user_of_another_shape_does_not_slow_down_the_rest() -> None:
    body = json.dumps({"results": [make_user(1), make_user(2, email=1), make_user(3)], "info": {}}).encode()
    _, found = parse_body(body)
    assert found is not None
    assert [isinstance(user, CheckedUser) for user in found] == [True, False, True]
