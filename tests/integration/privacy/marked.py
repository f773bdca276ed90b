"""Users each of whose values can be found again: those that may be stored, and those that may lie nowhere in clear."""

from __future__ import annotations

import hashlib
import itertools
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

User = dict[str, Any]

_DIGESTS = (hashlib.md5, hashlib.sha1, hashlib.sha256)


@dataclass
class Marks:
    """Every mark that was given out. ``secret``: what may be found nowhere, and what it is of."""

    secret: dict[str, str] = field(default_factory=dict)
    _number: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def text(self, what: str) -> str:
        """A text that may be found nowhere."""
        return self._noted(f"zq{next(self._number):04d}x{what}", what)

    def number(self, what: str) -> int:
        """Eleven digits that may be found nowhere."""
        number = 71_000_000_000 + 104_729 * next(self._number)
        self._noted(str(number), what)
        return number

    def postcode(self, value: Any) -> Any:
        """The postcode, whose plain hashes are secret as well: there are few postcodes, so a hash is one in clear."""
        for digest in _DIGESTS:
            made = digest(str(value).encode(), usedforsecurity=False)
            self._noted(made.hexdigest(), f"{made.name} of a postcode")
        return value

    def kept(self, what: str) -> str:
        """A text of the contract."""
        return f"Kept {next(self._number):04d} {what}"

    def user(self, **changes: Any) -> User:
        """A user with all that the API ever sends. A change's name is a path with ``__``; ``...`` takes it away."""
        number = next(self._number)
        password, salt = self.text("password"), self.text("salt")
        hashes = {f"{one().name}": one(f"{password}{salt}".encode()).hexdigest() for one in _DIGESTS}
        for name, value in hashes.items():
            self._noted(value, name)
        postcode = self.number("postcode") if number % 2 else self.text("postcode")
        user: User = {
            "gender": "female",
            "name": {"title": "Mrs", "first": self.kept("first"), "last": self.kept("last")},
            "location": {
                "street": {"number": 7, "name": self.kept("street")},
                "city": self.kept("city"),
                "state": self.kept("state"),
                "country": "Norway",
                "postcode": self.postcode(postcode),
                "coordinates": {"latitude": "59.9139", "longitude": "10.7522"},
                "timezone": {"offset": "+1:00", "description": self.text("timezone")},
            },
            "email": f"kept{number}@example.com",
            "login": {
                "uuid": str(uuid.UUID(int=0x4000_8000_0000_0000_0000 + number)),
                "username": self.text("username"),
                "password": password,
                "salt": salt,
                **hashes,
            },
            "dob": {"date": self.text("dob"), "age": 36},
            "registered": {"date": self.text("registered"), "age": 6},
            "phone": self.text("phone"),
            "cell": self.text("cell"),
            "id": {"name": "FN", "value": self.text("idvalue")},
            "picture": {"large": f"https://randomuser.me/{self.text('picture')}.jpg"},
            "nat": "NO",
        }
        for path, value in changes.items():
            *parents, last = path.split("__")
            place = user
            for part in parents:
                place = place[part]
            if value is ...:
                del place[last]
            else:
                place[last] = value
        return user

    def _noted(self, mark: str, what: str) -> str:
        self.secret[mark] = what
        return mark


def malformed(marks: Marks) -> dict[str, bytes]:
    """Users broken in every way, by a name of it, as the API would send them."""
    twice = marks.user()
    deep: Any = marks.text("deep")
    for _ in range(50):
        deep = {"in": [deep]}
    changes: dict[str, Any] = {
        "email_number": {"email": marks.number("email")},
        "email_no_address": {"email": marks.text("noaddress")},
        "email_absent": {"email": ...},
        "name_text": {"name": marks.text("name")},
        "name_part_list": {"name__first": [marks.text("first")]},
        "location_list": {"location": [marks.text("location"), marks.postcode(marks.number("postcode"))]},
        "location_text": {"location": f"{marks.text('street')} {marks.text('postcode')}"},
        "postcode_list": {"location__postcode": [marks.text("postcode")]},
        "postcode_object": {"location__postcode": {"code": marks.text("postcode")}},
        "postcode_fraction": {"location__postcode": marks.number("postcode") + 0.5},
        "postcode_absent": {"location__postcode": ..., "postcode": marks.text("postcode")},
        "login_is_password": {"login": marks.text("password")},
        "uuid_is_password": {"login__uuid": marks.text("password")},
        "latitude_is_postcode": {"location__coordinates__latitude": marks.text("postcode")},
        "gender_is_hash": {"gender": marks.text("hash")},
        "nat_is_hash": {"nat": marks.text("hash")},
        "city_is_object": {"location__city": {"name": marks.text("city"), "zip": marks.text("postcode")}},
        "extra_nested": {"email": 1, "profile": {"account": {"password": marks.text("password")}}},
        "extra_deep": {"email": 1, "deep": deep},
        "extra_list": {"email": 1, "passwords": [marks.text("password") for _ in range(30)]},
        "names": {
            "email": 1,
            marks.text("name1"): 1,
            f"login__{marks.text('name2')}": 1,
            f"location__street__{marks.text('name3')}": {marks.text("name4"): 1},
            f"location__coordinates__{marks.number('name5')}": None,
        },
        "many_names": {"email": 1} | {marks.text("names"): None for _ in range(200)},
        "huge": {"email": 1, "notes": marks.text("huge") * 20_000},
        "long_city": {"location__city": marks.text("longcity") * 100},
        "control": {"email": 1, "login__password": f"\x1b]0;{marks.text('password')}\x07\x1b[31m"},
        "surrogate": {"location__city": f"{marks.text('city')}\ud800"},
    }
    users: dict[str, bytes] = {name: _bytes(marks.user(**one)) for name, one in changes.items()}
    shadowed = _bytes(marks.user(email=1))
    return users | {
        "text": _bytes(marks.text("text")),
        "number": _bytes(marks.number("number")),
        "list": _bytes([marks.user(), marks.text("list")]),
        "null": b"null",
        "shadowed": shadowed.replace(
            b'{"gender"', f'{{"email": "{marks.text("shadowed")}", "gender"'.encode(), 1
        ),
        "first_of_two": _bytes(twice),
        "second_of_two": _bytes(twice),
    }


def page(users: list[bytes], **info: Any) -> bytes:
    """A whole reply."""
    told = {"seed": "abc", "results": len(users), "page": 1, "version": "1.4"} | info
    return b'{"results": [' + b", ".join(users) + b'], "info": ' + json.dumps(told).encode() + b"}"


def whole(user: Any) -> bytes:
    return _bytes(user)


def _bytes(value: Any) -> bytes:
    return json.dumps(value).encode()
