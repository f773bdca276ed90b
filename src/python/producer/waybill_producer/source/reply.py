"""Does a reply answer what was asked? A pure function of request and reply.

The API ignores bad parameters silently, and in an outage (five weeks in 2026) it answered 200 with no results.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from waybill_producer.source.body import AnyUser, CheckedUser, parse_body
from waybill_producer.source.query import NATIONALITIES, PageQuery
from waybill_producer.source.reply_words import body_words, error_words, info_words
from waybill_producer.source.retry_after import seconds_to_wait

_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_AGAIN = frozenset({408, 425, 429})
TOO_MANY = 429


@dataclass(frozen=True)
class SourceReply:
    """What came back: status, ``Retry-After`` as sent, the whole body, and when (aware, UTC)."""

    status: int
    retry_after: str | None
    body: bytes
    moment: datetime


@dataclass(frozen=True)
class Page:
    """A page that answers the request. ``fingerprint`` is over the users' ids, None where no user has one."""

    number: int
    users: tuple[AnyUser, ...]
    fingerprint: str | None


@dataclass(frozen=True)
class TryPageAgain:
    """No usable page, but the next attempt may bring one. ``wait`` is what the API asked for, in seconds."""

    why: str
    wait: float | None = None
    rate_limited: bool = False


@dataclass(frozen=True)
class Ignored:
    """The API answered something else than it was asked, and would do so again."""

    found: str
    allowed: str
    remedy: str


def check_reply(
    query: PageQuery, page: int, previous: str | None, reply: SourceReply
) -> Page | TryPageAgain | Ignored:
    """The page, or why there is none. ``previous`` is the fingerprint of the page before."""
    if reply.status != 200:
        return _check_status(query, reply)
    try:
        fields, users = parse_body(reply.body)
    except ValueError as error:
        return TryPageAgain(f"the body is no complete JSON object ({error}): {body_words(reply.body)}")
    if "error" in fields:
        return TryPageAgain(f"the API reported an error: {error_words(fields['error'])}")
    info = fields.get("info")
    if users is None or not isinstance(info, dict):
        return TryPageAgain(f"the body has no results or no info: {body_words(reply.body)}")
    if not users:
        return TryPageAgain("the API answered with no users at all, as it does in an outage")
    return _check_info(query, page, info) or _check_users(query, page, previous, users)


def _check_status(query: PageQuery, reply: SourceReply) -> TryPageAgain | Ignored:
    if reply.status in _AGAIN or reply.status >= 500:
        wait = seconds_to_wait(reply.retry_after, reply.moment)
        return TryPageAgain(
            f"status {reply.status}, {body_words(reply.body)}", wait, rate_limited=reply.status == TOO_MANY
        )
    return Ignored(
        f"The API at {query.endpoint} answered status {reply.status}, {body_words(reply.body)}.",
        "200 with a page of users.",
        "check source.url and source.version (an unknown version is answered with 404), and source.username and "
        "source.password where it asks for them.",
    )


def _check_info(query: PageQuery, page: int, info: Mapping[str, Any]) -> TryPageAgain | Ignored | None:
    asked: dict[str, Any] = {
        "results": query.results,
        "version": query.version,
        "page": query.page_in_reply(page),
    }
    if query.seed is not None:
        asked["seed"] = query.seed
    wrong = {name: info.get(name) for name, value in asked.items() if info.get(name) != value}
    if not wrong:
        return None
    found = ", ".join(
        f"{name} {asked[name]!r} was answered with {info_words(value)}" for name, value in wrong.items()
    )
    if list(wrong) == ["page"] and info.get("page") == page - 1:
        return TryPageAgain(f"the page before came again: {found}")
    return Ignored(
        f"The API at {query.endpoint} ignored what it was asked for: {found}.",
        "a reply whose info repeats the request.",
        "correct the source settings that these belong to, or the proxy or mirror that answers for the API.",
    )


def _check_users(
    query: PageQuery, page: int, previous: str | None, users: tuple[AnyUser, ...]
) -> Page | TryPageAgain | Ignored:
    if len(users) != query.results:
        return TryPageAgain(f"{len(users)} users came where {query.results} were announced")
    if query.nationalities:
        # What is no nationality of the API's at all is one broken user, not an ignored filter.
        strange = (_nationalities(users) & NATIONALITIES) - set(query.nationalities)
        if strange:
            return Ignored(
                f"The API at {query.endpoint} dropped the filter nat={','.join(query.nationalities)}: "
                f"users of {', '.join(sorted(strange))} came.",
                "users of the nationalities asked for.",
                "remove from source.nationalities what this API version does not know.",
            )
    fingerprint = _fingerprint(users)
    if fingerprint is not None and fingerprint == previous:
        return TryPageAgain(f"page {page} holds the users of the page before")
    return Page(page, users, fingerprint)


def _fingerprint(users: tuple[AnyUser, ...]) -> str | None:
    ids = [_id(user) for user in users if isinstance(user, CheckedUser) or isinstance(user.value, dict)]
    if not any(ids):
        return None
    return hashlib.sha256(json.dumps(ids).encode()).hexdigest()


def _id(user: AnyUser) -> str | None:
    """None for what is no id: it may be anything of a person, and a checksum can be tried."""
    if isinstance(user, CheckedUser):
        found: Any = user.user.login.uuid
    else:
        found = _member(_member(user.value, "login"), "uuid")
    return found if isinstance(found, str) and _ID.fullmatch(found) else None


def _nationalities(users: tuple[AnyUser, ...]) -> set[str]:
    found = (user.user.nat if isinstance(user, CheckedUser) else _member(user.value, "nat") for user in users)
    return {one for one in found if isinstance(one, str)}


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
