"""The fields that nearly every user has, decoded in one pass: text where text belongs, and nothing else looked at.

``json`` and ``events.user`` take whatever is decoded here, with the same values. Anything doubtful is left to them:
they say what is wrong with a user, and with a body.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

LARGEST = 1000
"""Bytes of a user. In a larger one numbers may be too long for ``json``, or its members too deep."""

_DOUBTFUL = b"\\u001"
"""Some of these control characters are blanks for Python and none for pydantic."""


class ApiModel(msgspec.Struct, frozen=True, gc=False):
    """A part of a user. Other members are skipped."""


class ApiPersonName(ApiModel, frozen=True, gc=False):
    title: str
    first: str
    last: str


class ApiStreet(ApiModel, frozen=True, gc=False):
    number: int | str
    name: str


class ApiCoordinates(ApiModel, frozen=True, gc=False):
    latitude: str
    longitude: str


class ApiLocation(ApiModel, frozen=True, gc=False):
    street: ApiStreet
    city: str
    state: str | None
    country: str
    postcode: int | str | None
    coordinates: ApiCoordinates


class ApiLogin(ApiModel, frozen=True, gc=False):
    uuid: str


class ApiUser(ApiModel, frozen=True, gc=False):
    gender: Literal["female", "male"]
    name: ApiPersonName
    location: ApiLocation
    email: str
    login: ApiLogin
    nat: str


_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ELEMENTS = msgspec.json.Decoder(list[msgspec.Raw])
_USERS = msgspec.json.Decoder(list[ApiUser])
_USER = msgspec.json.Decoder(ApiUser)


@dataclass(frozen=True)
class Cut:
    """A body in pieces: its members but for ``results``, that list, and the elements of it, each as its bytes.

    ``doubtful``: something in it might be read in two ways.
    """

    members: dict[str, bytes]
    results: msgspec.Raw
    users: list[bytes]
    doubtful: bool


def cut_body(body: bytes) -> Cut | None:
    """The body in pieces, None where ``json`` has to say whether it is one complete object with a list of results."""
    try:
        # Strings that are skipped are not decoded: without this, any bytes would do in them.
        body.decode()
        members = _MEMBERS.decode(body)
        results = members.pop("results")
        users = [bytes(user) for user in _ELEMENTS.decode(results)]
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError, KeyError):
        return None
    return Cut({name: bytes(raw) for name, raw in members.items()}, results, users, _DOUBTFUL in body)


def decoded_users(cut: Cut) -> Sequence[ApiUser | None]:
    """Each user decoded; None for one with other fields, or in doubt."""
    if not cut.doubtful and max(map(len, cut.users), default=0) <= LARGEST:
        with contextlib.suppress(msgspec.DecodeError):
            return _USERS.decode(cut.results)
    return [_decoded_user(user) for user in cut.users]


def _decoded_user(user: bytes) -> ApiUser | None:
    if len(user) <= LARGEST and _DOUBTFUL not in user:
        with contextlib.suppress(msgspec.DecodeError):
            return _USER.decode(user)
    return None
