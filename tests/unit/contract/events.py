"""A valid event to start from."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime

from waybill_common.contract.names import Name

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
