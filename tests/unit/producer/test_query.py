from __future__ import annotations

from typing import Any

import pytest

from waybill_common.errors import SettingsRefused
from waybill_common.settings import SourceSettings
from waybill_producer.source.query import query_of


def settings(**fields: Any) -> SourceSettings:
    return SourceSettings.model_validate(fields)


def test_a_query_asks_for_what_the_settings_say_and_no_more() -> None:
    query = query_of(settings(seed="abc", results=7, nationalities=["GB", "US"]))
    assert query.endpoint == "https://randomuser.me/api/1.4/"
    assert query.parameters(3) == {
        "results": "7",
        "seed": "abc",
        "page": "3",
        "nat": "GB,US",
        "inc": "gender,name,location,email,login,nat",
    }
    assert query.coordinates(3) == "https://randomuser.me/api/1.4/?results=7&seed=abc&page=3"


def test_without_a_seed_no_page_is_asked_for() -> None:
    query = query_of(settings())
    assert "page" not in query.parameters(9)
    assert query.page_in_reply(9) == 1


def test_credentials_in_the_url_are_refused_unseen() -> None:
    with pytest.raises(SettingsRefused) as raised:
        query_of(settings(url="http://user:secret@127.0.0.1:8080/api"))
    assert "secret" not in str(raised.value)
    assert "source.password" in raised.value.remedy


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"url": "http://h/api/?key=1"}, "has a query or a fragment"),
        ({"nationalities": ["US", "XX"]}, "XX"),
        ({"version": "1.2"}, "1.2"),
        ({"results": 500, "users_per_window": 499}, "500"),
    ],
    ids=["query", "nationality", "version", "window"],
)
def test_what_the_api_would_ignore_is_refused_first(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsRefused) as caught:
        query_of(settings(**fields))
    assert named in caught.value.found
