"""Replies as the API sends them, for tests that bend one thing at a time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from waybill_producer.source.body import RawUser
from waybill_producer.source.query import PageQuery
from waybill_producer.source.reply import SourceReply

NOW = datetime(2026, 11, 22, 19, 0, 0, 123, tzinfo=UTC)


def make_query(**changes: Any) -> PageQuery:
    fields: dict[str, Any] = {
        "endpoint": "https://api.example/api/1.4/",
        "version": "1.4",
        "seed": "abc",
        "results": 2,
        "nationalities": (),
    }
    return PageQuery(**(fields | changes))


def make_user(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A user of version 1.4, cut down as the producer asks for it. A change's name is a path with ``__``."""
    user: dict[str, Any] = {
        "gender": "female",
        "name": {"title": "Mrs", "first": "Antonida", "last": "Kaminska"},
        "location": {
            "street": {"number": 7812, "name": "Provulok Pushkina"},
            "city": "Chistyakove",
            "state": "Ternopilska",
            "country": "Ukraine",
            "postcode": 68140,
            "coordinates": {"latitude": "77.9446", "longitude": "154.7317"},
            "timezone": {"offset": "+1:00", "description": "Brussels"},
        },
        "email": "antonida.kaminska@example.com",
        "login": {"uuid": f"1577ccfc-a3c6-49d0-bb86-{number:012x}", "username": "happyswan852"},
        "nat": "UA",
    }
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = user
        for one in parents:
            place = place[one]
        if value is ...:
            del place[last]
        else:
            place[last] = value
    return user


def raw(user: Any, index: int = 0) -> RawUser:
    return RawUser(index, user, json.dumps(user).encode())


def make_body(users: list[Any] | None = None, **info: Any) -> bytes:
    found = {"seed": "abc", "results": 2, "page": 1, "version": "1.4"} | info
    return json.dumps(
        {"results": [make_user(1), make_user(2)] if users is None else users, "info": found}
    ).encode()


def make_reply(body: bytes, status: int = 200, retry_after: str | None = None) -> SourceReply:
    return SourceReply(status, retry_after, body, NOW)
