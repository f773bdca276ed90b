"""A page's body as users, each with its raw bytes.

A dead letter keeps what the API sent: a user decoded and encoded again would have lost the very thing that broke it
(a repeated key, a number's spelling). So the results are cut, not copied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from waybill_producer.source.api_user import ApiUser, cut_body, decoded_users

_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True)
class RawUser:
    """One element of ``results``: its place in the page, what it decodes to, and its bytes."""

    index: int
    value: Any
    raw: bytes


class CheckedUser(msgspec.Struct, frozen=True, gc=False):
    """An element that ``api_user`` could decode, so that ``json`` did not have to. A struct: a page has thousands."""

    index: int
    user: ApiUser
    raw: bytes

    def decoded(self) -> RawUser:
        return RawUser(self.index, _DECODER.decode(self.raw.decode()), self.raw)


AnyUser = RawUser | CheckedUser
Parsed = tuple[dict[str, Any], tuple[AnyUser, ...] | None]


def parse_body(body: bytes) -> Parsed:
    """The reply's object without ``results``, and its results (None where they are no list).

    Raises ``ValueError`` for anything but one complete JSON object in UTF-8.
    """
    return _parse_fast(body) or _parse_values(body)


def _parse_fast(body: bytes) -> Parsed | None:
    """The same at ten times the speed, None where it can't be told that it is the same."""
    cut = cut_body(body)
    if cut is None:
        return None
    try:
        fields = {name: _DECODER.decode(raw.decode()) for name, raw in cut.members.items()}
        users = tuple(
            RawUser(index, _DECODER.decode(raw.decode()), raw)
            if user is None
            else CheckedUser(index, user, raw)
            for index, (raw, user) in enumerate(zip(cut.users, decoded_users(cut), strict=True))
        )
    except (ValueError, RecursionError):
        return None
    return fields, users


def _parse_values(body: bytes) -> Parsed:
    try:
        text = body.decode()
        fields: dict[str, Any] = {}
        users: tuple[AnyUser, ...] | None = None
        at = _expect(text, 0, "{")
        closed = text.startswith("}", at)
        while not closed:
            if not text.startswith('"', at):
                raise ValueError(f"a member name expected at {at}")
            name, at = _DECODER.raw_decode(text, at)
            at = _expect(text, at, ":")
            if name == "results" and text.startswith("[", at):
                cut = list(_elements(text, at))
                users = tuple(RawUser(i, value, raw.encode()) for i, (value, raw, _) in enumerate(cut[:-1]))
                at = cut[-1][2]
            else:
                fields[name], at = _DECODER.raw_decode(text, at)
            at, closed = _comma_or(text, at, "}")
        if _skip(text, _expect(text, at, "}")) != len(text):
            raise ValueError("something follows the object")
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return fields, users


def _elements(text: str, at: int) -> Iterator[tuple[Any, str, int]]:
    """Each element of the list at ``at``, and at last an empty one with the place after the list."""
    at = _expect(text, at, "[")
    closed = text.startswith("]", at)
    while not closed:
        value, end = _DECODER.raw_decode(text, at)
        yield value, text[at:end], end
        at, closed = _comma_or(text, end, "]")
    yield None, "", _skip(text, _expect(text, at, "]"))


def _comma_or(text: str, at: int, closing: str) -> tuple[int, bool]:
    """The place of the next element, or of ``closing``, and whether it is the latter."""
    at = _skip(text, at)
    return (at, True) if text.startswith(closing, at) else (_expect(text, at, ","), False)


def _expect(text: str, at: int, mark: str) -> int:
    """The next place worth reading after ``mark``."""
    at = _skip(text, at)
    if not text.startswith(mark, at):
        raise ValueError(f"{mark!r} expected at {at}")
    return _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at
