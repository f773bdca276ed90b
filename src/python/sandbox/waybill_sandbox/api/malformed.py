"""Users that break the contract."""

from __future__ import annotations

import copy
from collections.abc import Callable

from waybill_sandbox.api.users import SimulatedUser


def _without_country(user: SimulatedUser) -> None:
    user["location"].pop("country", None)


def _latitude_out_of_range(user: SimulatedUser) -> None:
    user["location"]["coordinates"]["latitude"] = "123.4567"


def _null_name(user: SimulatedUser) -> None:
    user["name"] = None


def _wrong_types(user: SimulatedUser) -> None:
    user["email"] = 42
    user["location"]["street"]["number"] = "many"


SPOILERS: tuple[Callable[[SimulatedUser], None], ...] = (
    _without_country,
    _latitude_out_of_range,
    _null_name,
    _wrong_types,
)


def spoil(users: list[SimulatedUser], share: float) -> tuple[list[SimulatedUser], int]:
    """The users with about ``share`` of them broken, and how many were.

    Which user breaks, and in which way, depends on its id alone. Users without an id or a location (cut off by
    ``inc``) stay whole.
    """
    out: list[SimulatedUser] = []
    broken = 0
    for user in users:
        lot = int(user["login"]["uuid"][:8], 16) if "login" in user and "location" in user else None
        if lot is None or lot / 2**32 >= share:
            out.append(user)
            continue
        broken += 1
        victim = copy.deepcopy(user)
        SPOILERS[lot % len(SPOILERS)](victim)
        out.append(victim)
    return out, broken
