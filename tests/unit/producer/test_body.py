from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waybill_producer.source.body import RawUser, parse_body

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(
    st.lists(VALUES, max_size=5), st.dictionaries(st.text(), VALUES, max_size=3), st.sampled_from([None, 2])
)
def test_values_and_raw_bytes_are_those_of_the_body(
    users: list[object], fields: dict[str, object], indent: int | None
) -> None:
    fields.pop("results", None)
    body = json.dumps({**fields, "results": users}, indent=indent).encode()
    found, cut = parse_body(body)
    assert found == fields
    assert cut is not None
    assert [user.value for user in cut if isinstance(user, RawUser)] == users
    assert [json.loads(user.raw) for user in cut] == users
    assert all(user.raw in body for user in cut)


def test_a_users_spelling_survives() -> None:
    odd = '{"a" : 1.50, "a":2, "b":"\\u00e9"}'
    _, users = parse_body(f'{{"info":{{}},"results":[{odd} , 7]}}'.encode())
    assert users is not None
    assert [user.raw for user in users] == [odd.encode(), b"7"]


@given(st.integers(min_value=0))
def test_every_cut_off_body_is_refused(length: int) -> None:
    body = b'{"results":[{"a":[1,{"b":"\xc3\xa9"}]},{"a":2}],"info":{"page":1}}'
    with pytest.raises(ValueError):
        parse_body(body[: length % len(body)])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"<html>",
        b'{"a":1}x',
        b'{"a":1,}',
        b"{1:2}",
        b'{"a" 1}',
        b'{"results":[1,]}',
        b"\xff{}",
        b'{"results":' + b"[" * 100_000,
    ],
    ids=[
        "empty",
        "list",
        "null",
        "html",
        "tail",
        "comma",
        "number_name",
        "no_colon",
        "list_comma",
        "not_utf8",
        "deep",
    ],
)
def test_anything_but_one_object_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        parse_body(body)


def test_results_that_are_no_list_are_none() -> None:
    assert parse_body(b'{"results":{}}') == ({"results": {}}, None)
