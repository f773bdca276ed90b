"""What a request asks for. The API never refuses a bad parameter: it falls back, and so does this."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from waybill_sandbox.api.nationalities import BY_CODE, NATIONALITIES

LATEST = "1.4"
VERSIONS = ("1.1", "1.2", "1.3", LATEST)
MAX_RESULTS = 5000
FIELDS = (
    *("gender", "name", "location", "email", "login", "dob"),
    *("registered", "phone", "cell", "id", "picture", "nat"),
)
"""In the order of a reply."""
_SEED_LENGTH = 16


@dataclass(frozen=True)
class ParsedQuery:
    """A request as the API understood it. ``seed`` is None where it has to make one up."""

    version: str
    seed: str | None
    page: int
    results: int
    nats: tuple[str, ...]
    inc: tuple[str, ...]
    gender: str | None


def parse(target: str) -> ParsedQuery | None:
    """The query in a request target such as ``/api/1.4/?results=10``; None where the API answers 404."""
    parts = urlsplit(target)
    version = _version(parts.path)
    if version is None:
        return None
    given = dict(parse_qsl(parts.query))
    seed = given.get("seed") or None
    return ParsedQuery(
        version=version,
        seed=seed,
        page=_number(given, "page", highest=10_000),
        results=_number(given, "results", highest=MAX_RESULTS),
        nats=_nationality_of_seed(seed) or _nationalities(given.get("nat", "")),
        inc=_fields(given.get("inc", "")),
        gender=None if seed else _gender(given.get("gender", "")),
    )


def stream_of(query: ParsedQuery, seed: str) -> int:
    """The number that seeds the users of one reply: it depends on every parameter, not on the seed alone."""
    parts = (query.version, seed, query.page, query.results, query.nats, query.inc, query.gender)
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:16])


def _version(path: str) -> str | None:
    match [part for part in path.split("/") if part]:
        case ["api"]:
            return LATEST
        case ["api", version] if version in VERSIONS:
            return version
    return None


def _number(given: Mapping[str, str], name: str, *, highest: int) -> int:
    text = given.get(name, "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
    return number if 1 <= number <= highest else 1


def _nationalities(text: str) -> tuple[str, ...]:
    codes = tuple(sorted({code.strip().upper() for code in text.split(",")}))
    return codes if all(code in BY_CODE for code in codes) else ()


def _nationality_of_seed(seed: str | None) -> tuple[str, ...]:
    """A seed of 18 characters is 16 of seed and two hexadecimal digits of nationality."""
    if seed is None or len(seed) != _SEED_LENGTH + 2:
        return ()
    try:
        return (NATIONALITIES[int(seed[_SEED_LENGTH:], 16)].code,)
    except (ValueError, IndexError):
        return ()


def _fields(text: str) -> tuple[str, ...]:
    wanted = {field.strip().lower() for field in text.split(",")}
    chosen = tuple(field for field in FIELDS if field in wanted)
    return chosen or FIELDS


def _gender(text: str) -> str | None:
    return text if text in ("female", "male") else None
