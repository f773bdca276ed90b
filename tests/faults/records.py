"""Events as the topic holds them, made from docs/format.md and from nothing of the writers'."""

from __future__ import annotations

import json
import uuid
from typing import Any

DAYS = 2


def fields(number: int) -> dict[str, Any]:
    """The ``number``-th event; neighbours are of different days."""
    return {
        "id": str(uuid.UUID(int=number)),
        "full_name": f"José {number}",
        "gender": "female" if number % 2 else "male",
        "location": f"{number + 1}, Hauptstraße",
        "city": "تهران",
        "state": None if number % 10 == 0 else "Ohio",
        "country": "Iran",
        "nat": "IR",
        "postcode": None if number % 10 == 0 else f"k1:{number:064x}",
        "latitude": number % 90 + 0.25,
        "longitude": -(number % 180) - 0.125,
        "email": f"n{number}@example.com",
        "produced_at": f"2026-11-{22 + number // 7 % DAYS}T12:00:00.{number % 1_000_000:06d}Z",
    }


def event(number: int, **changes: Any) -> bytes:
    return encode(fields(number) | changes)


def encode(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def without(number: int, *names: str) -> bytes:
    return encode({name: value for name, value in fields(number).items() if name not in names})
