"""Making up users: the same stream number gives the same users, but for ``age``, which the API counts to this day."""

from __future__ import annotations

import hashlib
import string
import uuid
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from waybill_sandbox.api.nationalities import BY_CODE, NATIONALITIES, TEXT_POSTCODES, Nationality
from waybill_sandbox.api.pools import Pool, Word, pool_of
from waybill_sandbox.api.request_query import ParsedQuery, stream_of

SimulatedUser = dict[str, Any]

TRAILING_BLANKS = 0.04
_BORN = (datetime(1944, 9, 1, tzinfo=UTC), datetime(2001, 8, 31, tzinfo=UTC))
_REGISTERED = (datetime(2002, 4, 1, tzinfo=UTC), datetime(2022, 4, 30, tzinfo=UTC))
_YEAR = timedelta(days=365.25)
_TITLES = {"male": ("Mr",), "female": ("Ms", "Mrs", "Miss")}
_SWISS_AND_FRENCH_TITLES = {"male": ("Monsieur",), "female": ("Madame", "Mademoiselle")}
_ADJECTIVES = (
    "angry",
    "big",
    "black",
    "blue",
    "brown",
    "crazy",
    "golden",
    "green",
    "happy",
    "lazy",
    "purple",
    "sad",
)
_ANIMALS = (
    "bear",
    "bird",
    "cat",
    "dog",
    "duck",
    "elephant",
    "fish",
    "frog",
    "goose",
    "koala",
    "lion",
    "swan",
)
_PASSWORDS = ("sucks", "kathy", "newton", "buster", "rangers", "skipper", "marvin", "1212", "dakota")
_SALT = string.ascii_letters + string.digits
_ZONES = (
    ("-11:00", "Midway Island, Samoa"),
    ("-5:00", "Eastern Time (US & Canada), Bogota, Lima"),
    ("-3:30", "Newfoundland"),
    ("0:00", "Western Europe Time, London, Lisbon, Casablanca"),
    ("+1:00", "Brussels, Copenhagen, Madrid, Paris"),
    ("+3:30", "Tehran"),
    ("+5:45", "Kathmandu"),
    ("+7:00", "Bangkok, Hanoi, Jakarta"),
    ("+9:30", "Adelaide, Darwin"),
)


def users_of(query: ParsedQuery, seed: str, now: datetime) -> list[SimulatedUser]:
    """The users of one reply, as its version spells them and cut down to its fields."""
    random = Random(stream_of(query, seed))
    choice = [BY_CODE[code] for code in query.nats] or NATIONALITIES
    made = (make_user(random, random.choice(choice), query.gender, now) for _ in range(query.results))
    older = [as_version(user, query.version) for user in made]
    return [{field: user[field] for field in query.inc if field in user} for user in older]


def make_user(random: Random, nationality: Nationality, gender: str | None, now: datetime) -> SimulatedUser:
    """One user of version 1.4."""
    gender = gender or random.choice(("female", "male"))
    pool = pool_of(nationality)
    first, last = random.choice(pool.male if gender == "male" else pool.female), random.choice(pool.last)
    username = f"{random.choice(_ADJECTIVES)}{random.choice(_ANIMALS)}{random.randrange(100, 1000)}"
    portrait = f"{'men' if gender == 'male' else 'women'}/{random.randrange(100)}.jpg"
    id_value = fill(random, nationality.id_value) if nationality.id_name else None
    return {
        "gender": gender,
        "name": {"title": _title(random, nationality, gender), "first": first.text, "last": last.text},
        "location": _location(random, nationality, pool),
        "email": f"{_mail(first, last) or username}@example.com",
        "login": _login(random, username),
        "dob": _moment(random, _BORN, now),
        "registered": _moment(random, _REGISTERED, now),
        "phone": fill(random, nationality.phone),
        "cell": fill(random, nationality.cell),
        "id": {"name": nationality.id_name, "value": id_value},
        "picture": {
            "large": f"https://randomuser.me/api/portraits/{portrait}",
            "medium": f"https://randomuser.me/api/portraits/med/{portrait}",
            "thumbnail": f"https://randomuser.me/api/portraits/thumb/{portrait}",
        },
        "nat": nationality.code,
    }


def as_version(user: SimulatedUser, version: str) -> SimulatedUser:
    """The user as an older version sent it."""
    if version in ("1.1", "1.2"):
        location = user["location"]
        street = f"{location['street']['number']} {location['street']['name']}"
        user["location"] = {key: value for key, value in location.items() if key != "country"} | {
            "street": street
        }
    if version == "1.1":
        del user["registered"]
    return user


def fill(random: Random, pattern: str) -> str:
    """The pattern with its ``#`` and ``@`` replaced by random digits and capitals."""
    digits = iter(f"{random.randrange(10**19):019d}")
    return "".join(
        next(digits) if sign == "#" else random.choice(string.ascii_uppercase) if sign == "@" else sign
        for sign in pattern
    )


def _title(random: Random, nationality: Nationality, gender: str) -> str:
    titles = _SWISS_AND_FRENCH_TITLES if nationality.code in ("CH", "FR") else _TITLES
    return random.choice(titles[gender])


def _location(random: Random, nationality: Nationality, pool: Pool) -> SimulatedUser:
    offset, description = random.choice(_ZONES)
    postcode = fill(random, nationality.postcode)
    return {
        "street": {
            "number": random.randrange(1, 10_000),
            "name": _blank(random, random.choice(pool.streets)),
        },
        "city": _blank(random, random.choice(pool.cities)),
        "state": random.choice(pool.states),
        "country": nationality.country,
        "postcode": postcode if nationality.code in TEXT_POSTCODES else int(postcode),
        "coordinates": {
            "latitude": f"{random.uniform(-90, 90):.4f}",
            "longitude": f"{random.uniform(-180, 180):.4f}",
        },
        "timezone": {"offset": offset, "description": description},
    }


def _blank(random: Random, text: str) -> str:
    return f"{text} " if random.random() < TRAILING_BLANKS else text


def _mail(first: Word, last: Word) -> str:
    return f"{first.mail}.{last.mail}" if first.mail and last.mail else ""


def _login(random: Random, username: str) -> SimulatedUser:
    password = random.choice(_PASSWORDS)
    salt = "".join(random.choices(_SALT, k=8))
    salted = f"{password}{salt}".encode()
    return {
        "uuid": str(uuid.UUID(int=random.getrandbits(128), version=4)),
        "username": username,
        "password": password,
        "salt": salt,
        "md5": hashlib.md5(salted, usedforsecurity=False).hexdigest(),
        "sha1": hashlib.sha1(salted, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(salted).hexdigest(),
    }


def _moment(random: Random, span: tuple[datetime, datetime], now: datetime) -> SimulatedUser:
    seconds = (span[1] - span[0]).total_seconds()
    moment = span[0] + timedelta(milliseconds=random.randrange(int(seconds * 1000)))
    return {
        "date": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "age": int((now - moment) / _YEAR),
    }
