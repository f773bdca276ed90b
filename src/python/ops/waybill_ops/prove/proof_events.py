"""Events of the ``names`` stream, each a function of the seed and its number alone: in any process the same bytes."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MALFORMED_EVERY = 50
"""One event of so many breaks the contract."""

_DAYS = 3
_STATES = (None, "Ohio", "Île-de-France", "تهران")
_CITIES = ("Lyon", "São Paulo", "Århus", "東京", "Springfield")


@dataclass(frozen=True)
class ProofEvent:
    """``id`` is the record's key too, so that a dead letter has one. ``dead``: it breaks the contract."""

    id: str
    value: bytes | None
    dead: bool


def event_id(seed: int, number: int) -> str:
    return str(uuid.UUID(bytes=_digest(seed, number)[:16]))


def is_malformed(seed: int, number: int) -> bool:
    return (seed + number) % MALFORMED_EVERY == 0


def event(seed: int, number: int) -> ProofEvent:
    """The ``number``-th event of ``seed``."""
    drawn = _digest(seed, number)
    fields = _fields(drawn, number)
    if not is_malformed(seed, number):
        return ProofEvent(fields["id"], _encode(fields), dead=False)
    return ProofEvent(fields["id"], _BREAKS[drawn[31] % len(_BREAKS)](fields), dead=True)


def _fields(drawn: bytes, number: int) -> dict[str, Any]:
    """Neighbours are of different days, so that a split makes several objects."""
    return {
        "id": str(uuid.UUID(bytes=drawn[:16])),
        "full_name": f"José {number}",
        "gender": "female" if drawn[16] % 2 else "male",
        "location": f"{drawn[17] + 1}, Hauptstraße",
        "city": _CITIES[drawn[18] % len(_CITIES)],
        "state": _STATES[drawn[19] % len(_STATES)],
        "country": "Brazil",
        "nat": "BR",
        "postcode": None if drawn[20] < 16 else f"prove:{drawn.hex()}",
        "latitude": drawn[21] % 90 + drawn[22] / 256,
        "longitude": -(drawn[23] % 180) - drawn[24] / 256,
        "email": f"n{number}@example.com",
        "produced_at": f"2026-01-{number % _DAYS + 1:02d}T12:00:00.{number % 1_000_000:06d}Z",
    }


def _encode(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


_BREAKS: tuple[Callable[[dict[str, Any]], bytes | None], ...] = (
    lambda _: None,
    lambda _: b"[]",
    lambda fields: _encode(fields)[:-2],
    lambda fields: _encode({name: value for name, value in fields.items() if name != "city"}),
    lambda fields: _encode({**fields, "age": 41}),
    lambda fields: _encode({**fields, "latitude": "12.5"}),
    lambda fields: _encode({**fields, "latitude": 91.5}),
)


def _digest(seed: int, number: int) -> bytes:
    return hashlib.sha256(f"{seed}/{number}".encode()).digest()
