"""The one valid event of the ``names`` contract that tests begin with, and as many more as a test wants."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from waybill_streams.names import NAMES
from waybill_streams.names.contract import Name

EVENT = Name(
    id="a5d7487b-e0b1-4275-9d9a-923f00a8c57f",
    full_name="Melvin Hamilton",
    gender="male",
    location="4992, King Street",
    city="Liverpool",
    state=None,
    country="United Kingdom",
    nat="GB",
    postcode=None,
    latitude=7.1351,
    longitude=-9.114,
    email="melvin.hamilton@example.com",
    produced_at=datetime(2026, 11, 22, 18, 54, 0, 1, tzinfo=UTC),
)
START = datetime(2026, 11, 22, 12, tzinfo=UTC)


def nth_event(number: int, **changes: object) -> Name:
    """The ``number``-th valid event, a second after the one before; every tenth has neither state nor postcode."""
    some = number % 10 != 0
    made = Name(
        id=str(uuid.UUID(int=number)),
        full_name=f"José {number}",
        gender="female" if number % 2 else "male",
        location=f"{number + 1}, Hauptstraße",
        city="تهران",
        state="Ohio" if some else None,
        country="Iran",
        nat="IR",
        postcode="k1:" + f"{number:064x}" if some else None,
        latitude=number % 90 + 0.25,
        longitude=-(number % 180) - 0.125,
        email=f"n{number}@example.com",
        produced_at=START + timedelta(seconds=number),
    )
    return made.model_copy(update=changes)


def fields(**changes: object) -> dict[str, Any]:
    """``EVENT`` as the JSON of a record has it."""
    found: dict[str, Any] = json.loads(NAMES.encode(EVENT))
    return found | changes
