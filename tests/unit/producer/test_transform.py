from __future__ import annotations

import json
from typing import Any

import pytest
from model_judge import judge
from unit.producer.users import NOW, make_user, raw

from waybill_producer.events.pseudonym import PseudonymKey, encrypt_zip
from waybill_producer.events.transform import DeadUser, StreamEvent, transform_page, transform_user_data
from waybill_streams.names import NAMES
from waybill_streams.names.contract import Name

KEY = PseudonymKey("k1", b"k" * 32)


def transformed(user: Any) -> Name:
    event = transform_user_data(raw(user), NAMES, KEY, NOW)
    assert isinstance(event, StreamEvent), event
    found = judge(NAMES, event.value)
    assert isinstance(found, Name), found
    return found


def dead(user: Any) -> DeadUser:
    found = transform_user_data(raw(user, 5), NAMES, KEY, NOW)
    assert isinstance(found, DeadUser), found
    return found


def test_every_field_is_filled_from_the_user() -> None:
    assert transformed(make_user(1)).model_dump() == {
        "id": "1577ccfc-a3c6-49d0-bb86-000000000001",
        "full_name": "Mrs Antonida Kaminska",
        "gender": "female",
        "location": "7812, Provulok Pushkina",
        "city": "Chistyakove",
        "state": "Ternopilska",
        "country": "Ukraine",
        "nat": "UA",
        "postcode": encrypt_zip("68140", KEY),
        "latitude": 77.9446,
        "longitude": 154.7317,
        "email": "antonida.kaminska@example.com",
        "produced_at": NOW,
    }


def test_an_events_value_is_the_contracts_own_spelling() -> None:
    user = raw(make_user())
    event = transform_user_data(user, NAMES, KEY, NOW)
    assert isinstance(event, StreamEvent)
    assert event.value == NAMES.encode(transformed(make_user()))


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"location__postcode": "B6B 6V2"}, "postcode", encrypt_zip("B6B 6V2", KEY)),
        ({"location__postcode": " 0378 "}, "postcode", encrypt_zip("0378", KEY)),
        ({"location__postcode": 378}, "postcode", encrypt_zip("378", KEY)),
        ({"location__postcode": ""}, "postcode", None),
        ({"location__postcode": None}, "postcode", None),
        ({"location__state": ""}, "state", None),
        ({"location__state": "  "}, "state", None),
        ({"location__state": None}, "state", None),
        ({"location__state": " Zug "}, "state", "Zug"),
        ({"location__city": "Oslo  "}, "city", "Oslo"),
        ({"location__street__name": "Storgata \u00a0"}, "location", "7812, Storgata"),
        ({"location__street__number": "12b"}, "location", "12b, Provulok Pushkina"),
        ({"name__title": ""}, "full_name", "Antonida Kaminska"),
        ({"name__title": "Mademoiselle"}, "full_name", "Mademoiselle Antonida Kaminska"),
        ({"name__first": "علی", "name__last": "سالاری"}, "full_name", "Mrs علی سالاری"),
        ({"location__coordinates__latitude": "-9"}, "latitude", -9.0),
        ({"location__coordinates__longitude": "-180.0000"}, "longitude", -180.0),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else None,
)
def test_the_apis_oddities_are_evened_out(changes: dict[str, Any], field: str, value: object) -> None:
    assert getattr(transformed(make_user(**changes)), field) == value


@pytest.mark.parametrize(
    ("changes", "reason", "detail"),
    [
        ({"login": ...}, "missing_field", "login: missing_field"),
        ({"location__country": ...}, "missing_field", "location.country: missing_field"),
        ({"location__state": ...}, "missing_field", "location.state: missing_field"),
        ({"location__postcode": ...}, "missing_field", "location.postcode: missing_field"),
        ({"name": None}, "wrong_type", "name: wrong_type"),
        ({"location": "12 Main St"}, "wrong_type", "location: wrong_type"),
        ({"location__postcode": 1.5}, "wrong_type", "location.postcode: wrong_type"),
        ({"location__postcode": True}, "wrong_type", "location.postcode: wrong_type"),
        ({"location__coordinates__latitude": 1.5}, "wrong_type", "location.coordinates.latitude: wrong_type"),
        ({"location__coordinates__latitude": "nan"}, "bad_value", "location.coordinates.latitude: bad_value"),
        ({"location__coordinates__latitude": "1_0"}, "bad_value", "location.coordinates.latitude: bad_value"),
        ({"location__coordinates__latitude": "90.1"}, "bad_value", "latitude: bad_value"),
        ({"location__coordinates__longitude": "-180.1"}, "bad_value", "longitude: bad_value"),
        ({"location__city": " "}, "bad_value", "city: bad_value"),
        ({"location__street__name": " "}, "bad_value", "location.street.name: bad_value"),
        ({"name": {"title": "", "first": "", "last": " "}}, "bad_value", "full_name: bad_value"),
        ({"gender": "none"}, "bad_value", "gender: bad_value"),
        ({"nat": "Ukraine"}, "bad_value", "nat: bad_value"),
        ({"email": 42}, "wrong_type", "email: wrong_type"),
        ({"email": "nobody"}, "bad_value", "email: bad_value"),
        ({"login__uuid": "1577CCFC-A3C6-49D0-BB86-DDCA8FAF0D11"}, "bad_value", "id: bad_value"),
        ({"email": "a@b\ud800"}, "bad_value", "email: bad_value"),
    ],
    ids=lambda value: json.dumps(value, default=lambda _: "absent") if isinstance(value, dict) else None,
)
def test_a_broken_user_is_dead_with_its_reason(changes: dict[str, Any], reason: str, detail: str) -> None:
    user = make_user(**changes)
    assert dead(user) == DeadUser(raw(user, 5), reason, detail)


@pytest.mark.parametrize("user", [None, 7, "user", [], [1]], ids=repr)
def test_what_is_no_object_is_dead(user: object) -> None:
    found = dead(user)
    assert (found.reason, found.detail) == ("not_an_object", "")


def test_an_id_is_an_event_once_in_a_page() -> None:
    users = (
        raw(make_user(1), 0),
        raw(make_user(2), 1),
        raw(make_user(1, gender="male"), 2),
        raw(make_user(1), 3),
    )
    outcome = transform_page(users, NAMES, KEY, NOW)
    assert [event.index for event in outcome.events] == [0, 1]
    assert [(one.index, one.reason, one.detail) for one in outcome.dead] == [
        (2, "repeated_id", "id: repeats the user at index 0"),
        (3, "repeated_id", "id: repeats the user at index 0"),
    ]
    assert outcome.reasons == {"repeated_id": 2}


def test_a_broken_user_does_not_take_the_id_of_a_good_one() -> None:
    users = (raw(make_user(1, email=1), 0), raw(make_user(1), 1))
    outcome = transform_page(users, NAMES, KEY, NOW)
    assert [event.index for event in outcome.events] == [1]
    assert outcome.reasons == {"wrong_type": 1}
