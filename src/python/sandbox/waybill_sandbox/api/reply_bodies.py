"""The bodies of replies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from http.client import responses

from waybill_sandbox.api.request_query import ParsedQuery
from waybill_sandbox.api.users import SimulatedUser, users_of

JSON = "application/json; charset=utf-8"
HTML = "text/html"
TEXT = "text/plain; charset=utf-8"
CACHED_PAGES = 32
"""Some 6 MB each at 5,000 users."""


@dataclass(frozen=True)
class ApiReply:
    """One answer. ``cut`` means that the connection ends before the body does."""

    status: int
    content_type: str
    body: bytes
    users: int = 0
    malformed: int = 0
    cut: bool = False


def page_reply(query: ParsedQuery, seed: str) -> ApiReply:
    return ApiReply(HTTPStatus.OK, JSON, _wrap(_encoded_users(query, seed), query, seed), users=query.results)


def changed_reply(query: ParsedQuery, seed: str, users: list[SimulatedUser], malformed: int) -> ApiReply:
    """The reply to a query with other users than it would have had."""
    return ApiReply(
        HTTPStatus.OK, JSON, _wrap(_encode(users), query, seed), users=len(users), malformed=malformed
    )


def users_in(query: ParsedQuery, seed: str) -> list[SimulatedUser]:
    users: list[SimulatedUser] = json.loads(_encoded_users(query, seed))
    return users


def not_found(target: str) -> ApiReply:
    return ApiReply(HTTPStatus.NOT_FOUND, TEXT, f"Cannot GET {target}".encode())


def rate_limited(served: int) -> ApiReply:
    text = (
        f"Whoa, ease up there cowboy. You've requested {served} users in the last 5 minutes. "
        "Help us keep this service free and spare some bandwidth for other users please :)"
    )
    return ApiReply(HTTPStatus.TOO_MANY_REQUESTS, JSON, json.dumps({"error": text}).encode())


def server_error() -> ApiReply:
    text = "Uh oh, something has gone wrong. Please tweet us @randomapi about the issue. Thank you."
    return ApiReply(HTTPStatus.INTERNAL_SERVER_ERROR, JSON, json.dumps({"error": text}).encode())


def gateway_error(status: int) -> ApiReply:
    """What a proxy in front of the service answers in its place."""
    title = f"{status} {responses.get(status, 'Error')}"
    body = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
    return ApiReply(status, HTML, f"{body}<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n".encode())


@lru_cache(maxsize=CACHED_PAGES)
def _encoded_users(query: ParsedQuery, seed: str) -> bytes:
    return _encode(users_of(query, seed, datetime.now(UTC)))


def _encode(users: list[SimulatedUser]) -> bytes:
    return json.dumps(users, ensure_ascii=False, separators=(",", ":")).encode()


def _wrap(users: bytes, query: ParsedQuery, seed: str) -> bytes:
    info = {"seed": seed, "results": query.results, "page": query.page, "version": query.version}
    return b'{"results":' + users + b',"info":' + json.dumps(info, separators=(",", ":")).encode() + b"}"
