"""What a dead letter keeps of a user: valid fields as rows have them, and of all else no value."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from unit.producer.test_shape import USERS
from unit.producer.users import NOW, make_user, raw

from waybill_producer.events.dead_body import MOST_MEMBERS, DeadBodies
from waybill_producer.events.partial_fields import SOURCES
from waybill_producer.events.pseudonym import PseudonymKey, encrypt_zip
from waybill_producer.events.transform import StreamEvent, transform_user_data
from waybill_producer.source.body import RawUser
from waybill_streams.names import NAMES

KEY = PseudonymKey("k1", b"k" * 32)
USER_FIELDS = [name for name in NAMES.model.model_fields if name != "produced_at"]


def masked(user: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DeadBodies(NAMES, KEY).of(raw(user)))
    return found


def members(user: Any) -> dict[str, dict[str, Any]]:
    return {one.pop("name"): one for one in masked(user)["members"]}


def test_each_field_of_the_contract_but_the_stamp_has_its_place_in_a_user() -> None:
    assert list(SOURCES) == USER_FIELDS


@given(USERS)
def test_the_fields_are_those_that_a_row_would_have(user: dict[str, Any]) -> None:
    event = transform_user_data(raw(user), NAMES, KEY, NOW)
    fields = masked(user)["fields"]
    if isinstance(event, StreamEvent):
        row = json.loads(event.value)
        row.pop("produced_at")
        assert fields == row
    else:
        assert set(fields) < set(USER_FIELDS)


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"email": 42}, {"email"}),
        ({"name": None}, {"full_name"}),
        ({"name__first": 7}, {"full_name"}),
        ({"location__street": "Main St 1"}, {"location"}),
        ({"location__coordinates__latitude": "123.4"}, {"latitude"}),
        ({"location__postcode": 1.5}, {"postcode"}),
        ({"login__uuid": "NO-UUID"}, {"id"}),
        ({"login": ...}, {"id"}),
        ({"location": []}, {"location", "city", "state", "country", "postcode", "latitude", "longitude"}),
    ],
    ids=lambda value: json.dumps(value, default=str) if isinstance(value, dict) else None,
)
def test_only_what_is_broken_is_not_kept(changes: dict[str, Any], lost: set[str]) -> None:
    fields = masked(make_user(**changes))["fields"]
    assert set(fields) == set(USER_FIELDS) - lost
    assert "postcode" in lost or fields["postcode"] == encrypt_zip("68140", KEY)


def test_of_everything_else_name_type_and_length_are_told() -> None:
    user = make_user(
        email=42,
        dob={"date": "1990-01-01", "age": 36},
        login__password="gateway",
        login__salt=None,
        tags=["a", "b"],
        active=True,
    )
    assert members(user) == {
        "location.timezone": {"type": "object", "length": 2},
        "email": {"type": "number", "length": 2},
        "login.username": {"type": "string", "length": 12},
        "login.password": {"type": "string", "length": 7},
        "login.salt": {"type": "null"},
        "dob": {"type": "object", "length": 2},
        "tags": {"type": "array", "length": 2},
        "active": {"type": "boolean"},
    }


@pytest.mark.parametrize(
    "name",
    [
        *(
            "68140",
            "B6B 6V2",
            "0378",
            "MQ2T3YL",
            "a@example.com",
            "+47 4012345",
            "x" * 33,
            "",
            "\ud800",
            "a.b",
        ),
        *("5f4dcc3b5aa765d61d8327deb882cf99", "dB4hX9", "\x1b[31m", "ALLCAPS"),
    ],
    ids=ascii,
)
def test_a_name_that_is_no_plain_one_is_told_by_its_length(name: str) -> None:
    user = make_user(email=42) | {name: 1}
    assert {"name": "?", "type": "number", "length": 1, "name_length": len(name)} in masked(user)["members"]


@pytest.mark.parametrize("name", ["postCode", "street_name", "sha256", "address-line2", "x"])
def test_a_plain_name_is_told(name: str) -> None:
    assert members(make_user(email=42) | {name: 1})[name] == {"type": "number", "length": 1}


def test_a_name_that_is_a_text_of_the_user_is_not_told() -> None:
    user = make_user(email=42, login__password="gateway") | {"gateway": 1, "happyswan852": {"kaminska": 1}}
    told = masked(user)["members"]
    assert [one["name_length"] for one in told if one["name"] == "?"] == [7, 12]
    assert "gateway" not in json.dumps(told)


def test_a_member_of_the_contract_is_told_whatever_the_users_texts_are() -> None:
    assert members(make_user(email="email"))["email"] == {"type": "string", "length": 5}


def test_the_number_of_names_is_bounded() -> None:
    found = masked({f"{'x' * (one % 30)}": 1 for one in range(30)} | {f"n{one}": 1 for one in range(100)})
    assert len(found["members"]) == MOST_MEMBERS
    assert found["more"] == 130 - MOST_MEMBERS


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("hunter2", {"name": "", "type": "string", "length": 7}),
        ([1, [2]], {"name": "", "type": "array", "length": 2}),
        (None, {"name": "", "type": "null"}),
        (float("nan"), {"name": "", "type": "number", "length": 3}),
    ],
    ids=["text", "list", "null", "nan"],
)
def test_what_is_no_object_is_told_by_type_and_length(value: object, told: dict[str, Any]) -> None:
    assert masked(value) == {"fields": {}, "members": [told]}


def test_a_name_that_is_there_twice_does_not_keep_the_value_that_was_replaced() -> None:
    text = b'{"email": "first@secret", "email": 42}'
    body = DeadBodies(NAMES, KEY).of(RawUser(0, json.loads(text), text))
    assert json.loads(body) == {"fields": {}, "members": [{"name": "email", "type": "number", "length": 2}]}


def test_the_same_user_has_the_same_body_whatever_the_page() -> None:
    user = make_user(email=42)
    bodies = DeadBodies(NAMES, KEY)
    spaced = RawUser(7, json.loads(json.dumps(user, indent=2)), json.dumps(user, indent=2).encode())
    assert bodies.of(raw(user, 0)) == bodies.of(spaced)
