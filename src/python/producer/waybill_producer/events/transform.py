"""A page of users as events and dead letters. Pure: key and moment are handed in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import msgspec
from pydantic import ValidationError

from waybill_common.contract import Contract, Reason, explain, format_instant, reason_of
from waybill_producer.events.event_fields import fields_of
from waybill_producer.events.fast_path import fast_value
from waybill_producer.events.pseudonym import PseudonymKey, encrypt_zip
from waybill_producer.source import AnyUser, CheckedUser, RawUser

REPEATED_ID = "repeated_id"
_DETAIL_LIMIT = 400


class StreamEvent(msgspec.Struct, frozen=True, gc=False):
    """A user that keeps the contract, as a record's value. A struct: a page has thousands of them."""

    index: int
    id: str
    value: bytes


@dataclass(frozen=True)
class DeadUser:
    """A user that breaks it, and why. ``reason`` is a ``Reason`` or ``REPEATED_ID``; ``detail`` has no values."""

    user: RawUser
    reason: str
    detail: str

    @property
    def index(self) -> int:
        return self.user.index


@dataclass(frozen=True)
class Transformed:
    """Every user of a page, each exactly once, in the page's order."""

    events: tuple[StreamEvent, ...]
    dead: tuple[DeadUser, ...]

    @property
    def reasons(self) -> dict[str, int]:
        return dict(Counter(one.reason for one in self.dead))


def transform_page(
    users: tuple[AnyUser, ...], contract: Contract, key: PseudonymKey, produced_at: datetime
) -> Transformed:
    """Sort a page into events and dead letters.

    The id is the event's identity, so a page can't hold it twice: the first user of an id is the event, and any
    later one, be it equal or not, a dead letter that names the first. Published, it would be dropped by whoever
    trusts the id; left out, it would be lost.
    """
    events: dict[str, StreamEvent] = {}
    dead: list[DeadUser] = []
    for user in users:
        one = transform_user_data(user, contract, key, produced_at)
        if isinstance(one, DeadUser):
            dead.append(one)
        elif one.id in events:
            detail = f"id: repeats the user at index {events[one.id].index}"
            dead.append(DeadUser(raw_user(user), REPEATED_ID, detail))
        else:
            events[one.id] = one
    return Transformed(tuple(events.values()), tuple(dead))


def transform_user_data(
    user: AnyUser, contract: Contract, key: PseudonymKey, produced_at: datetime
) -> StreamEvent | DeadUser:
    """The event for one user. ``produced_at`` is the page's one stamp, aware and in UTC."""
    if isinstance(user, CheckedUser):
        value = fast_value(user.user, key, format_instant(produced_at))
        if value is not None:
            return StreamEvent(user.index, user.user.login.uuid, value)
        user = user.decoded()
    try:
        fields = fields_of(user.value)
    except ValidationError as error:
        return _dead(user, error)
    if fields["postcode"] is not None:
        fields["postcode"] = encrypt_zip(fields["postcode"], key)
    fields["produced_at"] = produced_at
    try:
        return StreamEvent(user.index, fields["id"], contract.encode(contract.check(fields)))
    except ValidationError as error:
        broken = explain(contract, error)
        return DeadUser(user, broken.reason, broken.detail)


def raw_user(user: AnyUser) -> RawUser:
    return user.decoded() if isinstance(user, CheckedUser) else user


def _dead(user: RawUser, error: ValidationError) -> DeadUser:
    """Codes and member names only, like the contract's own verdict."""
    found = [
        (".".join(str(part) for part in one["loc"]), reason_of(one["type"]))
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    if found == [("", Reason.NOT_AN_OBJECT)]:
        return DeadUser(user, Reason.NOT_AN_OBJECT, "")
    named = [(name, Reason.WRONG_TYPE if r is Reason.NOT_AN_OBJECT else r) for name, r in found]
    return DeadUser(user, named[0][1], "; ".join(f"{n}: {r}" for n, r in named)[:_DETAIL_LIMIT])
