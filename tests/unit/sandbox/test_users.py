from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from waybill_sandbox.api.malformed import SPOILERS, spoil
from waybill_sandbox.api.nationalities import NATIONALITIES
from waybill_sandbox.api.request_query import parse
from waybill_sandbox.api.users import users_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def users(parameters: str, *, version: str = "1.4") -> list[dict[str, Any]]:
    query = parse(f"/api/{version}/?{parameters}")
    assert query is not None
    return users_of(query, query.seed or "seed", NOW)


def test_the_same_request_gives_the_same_users() -> None:
    assert users("seed=a&results=50&page=3") == users("seed=a&results=50&page=3")


def test_age_alone_depends_on_the_day() -> None:
    query = parse("/api/?seed=a&results=20")
    assert query is not None
    later = users_of(query, "a", datetime(2030, 1, 1, tzinfo=UTC))
    for now, then in zip(users("seed=a&results=20"), later, strict=True):
        for key in ("dob", "registered"):
            assert now[key].pop("age") < then[key].pop("age")
        assert now == then


def test_ids_are_unique_over_pages_and_queries() -> None:
    pages = [users(f"seed=a&results=500&page={page}") for page in range(1, 5)] + [users("seed=a&results=499")]
    ids = [user["login"]["uuid"] for page in pages for user in page]
    assert len(set(ids)) == len(ids) == 2499


@pytest.mark.parametrize("nationality", NATIONALITIES, ids=lambda one: one.code)
def test_every_nationality_has_its_shapes(nationality: Any) -> None:
    for user in users(f"results=30&nat={nationality.code}"):
        location = user["location"]
        assert (user["nat"], location["country"]) == (nationality.code, nationality.country)
        assert isinstance(location["postcode"], str if nationality.code in ("CA", "GB", "NL", "NO") else int)
        assert isinstance(location["coordinates"]["latitude"], str)
        assert -90 <= float(location["coordinates"]["latitude"]) <= 90
        assert -180 <= float(location["coordinates"]["longitude"]) <= 180
        assert 1 <= location["street"]["number"] <= 9999
        assert (user["id"]["value"] is None) == (nationality.code in ("IR", "NZ", "TR", "UA"))
        assert all(user["name"].values())
        assert user["email"].isascii()
        assert user["registered"]["date"] < "2023"
        assert len(json.dumps(user, ensure_ascii=False).encode()) <= 1300


def test_iranian_names_are_not_latin_and_ukrainian_ones_are() -> None:
    assert not any(user["name"]["first"].isascii() for user in users("nat=IR&results=20"))
    assert all(user["name"]["first"].isascii() for user in users("nat=UA&results=20"))


def test_some_cities_and_streets_end_in_blanks() -> None:
    found = users("results=500&seed=blanks")
    assert any(user["location"]["city"].endswith(" ") for user in found)
    assert any(user["location"]["street"]["name"].endswith(" ") for user in found)


def test_about_one_in_five_postcodes_is_text_and_some_begin_with_zero() -> None:
    found = [user["location"]["postcode"] for user in users("results=2000&seed=p")]
    assert 0.1 < sum(isinstance(code, str) for code in found) / len(found) < 0.3
    assert any(isinstance(code, str) and code.startswith("0") for code in found)


@pytest.mark.parametrize(
    ("version", "street", "country", "registered"),
    [
        ("1.1", str, False, False),
        ("1.2", str, False, True),
        ("1.3", dict, True, True),
        ("1.4", dict, True, True),
    ],
)
def test_older_versions_have_their_older_shapes(
    version: str, street: type, country: bool, registered: bool
) -> None:
    user = users("results=1", version=version)[0]
    assert isinstance(user["location"]["street"], street)
    assert ("country" in user["location"], "registered" in user) == (country, registered)


def test_inc_cuts_users_down_and_changes_the_stream() -> None:
    cut, whole = users("seed=a&results=3&inc=login,nat"), users("seed=a&results=3")
    assert all(set(user) == {"login", "nat"} for user in cut)
    assert [user["login"] for user in cut] != [user["login"] for user in whole]


def test_a_page_of_five_thousand_takes_about_a_second_at_most() -> None:
    users("results=100")
    began = time.process_time()
    assert len(users("results=5000")) == 5000
    assert time.process_time() - began < 1.5


def test_the_same_share_is_spoilt_in_the_same_way_each_time() -> None:
    clean = users("results=2000&seed=s")
    first, broken = spoil(clean, 0.1)
    again, _ = spoil(users("results=2000&seed=s"), 0.1)
    assert first == again
    assert 140 < broken < 260
    assert sum(a != b for a, b in zip(clean, first, strict=True)) == broken
    assert clean == users("results=2000&seed=s"), "spoiling works on copies"


def test_every_kind_of_damage_occurs() -> None:
    spoilt, _ = spoil(users("results=400&seed=s"), 1.0)
    kinds = (
        sum("country" not in user["location"] for user in spoilt),
        sum(user["location"]["coordinates"]["latitude"] == "123.4567" for user in spoilt),
        sum(user["name"] is None for user in spoilt),
        sum(user["email"] == 42 for user in spoilt),
    )
    assert len(kinds) == len(SPOILERS)
    assert min(kinds) > 50
    assert sum(kinds) == 400
