"""The quick way to a usual user's event: the careful way's bytes, or none."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.producer.users import NOW, make_user, raw

from waybill_common.contract.instant import format_instant
from waybill_producer.events.fast_path import LONGEST, FastName, fast_value
from waybill_producer.events.pseudonym import PseudonymKey
from waybill_producer.events.transform import StreamEvent, transform_user_data
from waybill_producer.source.api_user import ApiUser
from waybill_streams.names import NAMES

KEY = PseudonymKey("k1", b"k" * 32)

# Without the control characters that ``source.api_user`` keeps away from here.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x1c\x1d\x1e\x1f"), max_size=6)
COORDINATES = st.from_regex(r"\A-?[0-9]{1,3}(\.[0-9]{1,17})?\Z") | st.sampled_from(
    ["-0", "-0.0", "90", "-90.0", "180.00000000000001", "0.00000000000000001", "1.0", "001", "0.1000"]
)
LENGTHS = st.integers(200, 330) | st.integers(505, 520)


def quick(user: dict[str, Any]) -> bytes | None:
    return fast_value(msgspec.convert(user, ApiUser), KEY, format_instant(NOW))


def careful(user: dict[str, Any]) -> bytes | None:
    found = transform_user_data(raw(user), NAMES, KEY, NOW)
    return found.value if isinstance(found, StreamEvent) else None


CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "name__title": TEXTS,
    "name__first": TEXTS,
    "name__last": TEXTS,
    "location__street__number": TEXTS | st.integers(-(2**70), 2**70),
    "location__street__name": TEXTS,
    "location__city": TEXTS | LENGTHS.map("x".__mul__),
    "location__state": TEXTS | st.none(),
    "location__country": TEXTS,
    "location__postcode": TEXTS | st.none() | st.integers(-(2**70), 2**70),
    "location__coordinates__latitude": COORDINATES,
    "location__coordinates__longitude": COORDINATES,
    "email": st.builds("{}@{}".format, TEXTS, TEXTS) | LENGTHS.map(lambda length: "@y".rjust(length, "x")),
    "nat": st.text("AZaz1É\n", max_size=3),
    "gender": st.sampled_from(["female", "male"]),
}


@given(
    st.lists(st.sampled_from(sorted(CHANGES)), max_size=3, unique=True).flatmap(
        lambda paths: st.fixed_dictionaries({path: CHANGES[path] for path in paths})
    )
)
def test_an_event_made_quickly_is_the_contracts_own_byte_for_byte(changes: dict[str, Any]) -> None:
    user = make_user(1, **changes)
    made = quick(user)
    assert made is None or made == careful(user)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"location__postcode": "B6B 6V2", "location__state": None},
        {"location__postcode": None, "name__title": ""},
        {"location__city": "São Paulo ", "name__first": "علی"},
        {"location__coordinates__latitude": "-0.5"},
    ],
    ids=["plain", "postcode_text", "no_postcode", "blanks", "negative"],
)
def test_the_apis_own_users_need_no_second_look(changes: dict[str, Any]) -> None:
    user = make_user(1, **changes)
    assert quick(user) == careful(user) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"location__coordinates__latitude": "90.1"},
        {"location__coordinates__longitude": "1e2"},
        {"location__city": " "},
        {"location__street__name": ""},
        {"location__street__number": " "},
        {"name": {"title": "", "first": " ", "last": ""}},
        {"location__city": "x" * LONGEST},
        {"email": "nobody"},
        {"nat": "Ukraine"},
        {"login__uuid": "1577CCFC-A3C6-49D0-BB86-DDCA8FAF0D11"},
    ],
    ids=lambda changes: json.dumps(changes)[:40],
)
def test_whatever_is_in_doubt_is_left_to_the_careful_way(changes: dict[str, Any]) -> None:
    assert quick(make_user(1, **changes)) is None


def test_its_fields_are_the_contracts_in_the_contracts_order() -> None:
    assert list(FastName.__struct_fields__) == [column.name for column in NAMES.columns]
