"""The HTTP client: one page, within bounded time, retries included."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import requests
import stamina

from waybill_common.errors import SourceRefused, SourceUnavailable
from waybill_common.kafka import LARGEST_RECORD
from waybill_common.settings import SourceSettings
from waybill_common.web import (
    HttpRefused,
    Limits,
    NoAnswer,
    Route,
    Web,
    credentials_of,
)
from waybill_producer.source.query import PageQuery
from waybill_producer.source.reply import Ignored, Page, SourceReply, TryPageAgain, check_reply
from waybill_producer.source.retry_after import moment_after
from waybill_producer.source.window import RateWindow, rate_limit_wait

_BODY_LIMIT = LARGEST_RECORD - 64 * 1024
"""Bytes of a reply that are read: a whole one fits into a dead letter, with headers. A page of 5,000 users is 6 MB."""


class _FetchFailed(Exception):
    """One attempt failed. ``wait`` in seconds, None for the usual backoff."""

    def __init__(self, why: str, wait: float | None) -> None:
        super().__init__(why)
        self.wait = wait


class UserSource:
    """The API with its connection and what is left of the rate limit. Nothing is sent before the first page."""

    def __init__(
        self,
        settings: SourceSettings,
        query: PageQuery,
        way: Route,
        waiting: Callable[[str], None],
        throttled: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        """``waiting`` is told which page an attempt failed for, and why; ``throttled`` the seconds that the API asks to
        be left alone for."""
        self.settings = settings
        self.query = query
        self.waiting = waiting
        self.throttled = throttled
        self.window = RateWindow(settings.users_per_window, settings.window)
        limits = Limits(settings.connect_timeout, settings.read_timeout, _BODY_LIMIT)
        auth = credentials_of(settings.username, settings.password)
        self._web = Web(limits, way, {"Accept": "application/json"}, auth)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._web.close()

    def budget_wait(self) -> float:
        """Seconds until the rate limit admits another page."""
        return self.window.wait(self.query.results, time.monotonic())

    def ask(self, page: int) -> SourceReply:
        """One request. Raises ``NoAnswer`` or ``HttpRefused``."""
        try:
            answer = self._web.ask(
                requests.Request("GET", self.query.endpoint, params=self.query.parameters(page))
            )
            return SourceReply(
                answer.status, answer.headers.get("Retry-After"), answer.body, datetime.now(UTC)
            )
        finally:
            self.window = self.window.spend(self.query.results, time.monotonic())


def retrieve_user_data(source: UserSource, page: int, previous: str | None) -> Page:
    """A page that answers the request, after as many attempts as ``source.attempts`` allows.

    ``previous`` is the fingerprint of the page before. Raises ``SourceUnavailable`` or ``SourceRefused``.
    """
    settings = source.settings

    def on(error: Exception) -> bool | float:
        if not isinstance(error, _FetchFailed):
            return False
        source.waiting(f"page {page}: {error}")
        wait = max(error.wait or 0.0, source.budget_wait())
        if error.wait is not None:
            source.throttled(wait)
        return wait if wait > 0 else True

    try:
        for attempt in stamina.retry_context(
            on=on,
            attempts=settings.attempts,
            timeout=None,
            wait_initial=settings.backoff,
            wait_max=settings.backoff_limit,
            wait_jitter=min(settings.backoff, 1.0),
        ):
            with attempt:
                return _attempt(source, page, previous, attempt.num)
    except _FetchFailed as error:
        raise SourceUnavailable(
            f"The API at {source.query.endpoint} gave no usable page {page} "
            f"in {settings.attempts} attempts; the last: {error}.",
            allowed=f"one page of {source.query.results} users that answers the request.",
            remedy="run again later; the stream goes on where it stopped. source.attempts sets the patience.",
        ) from error
    raise AssertionError("unreachable: the last attempt returns or raises")


def _attempt(source: UserSource, page: int, previous: str | None, number: int) -> Page:
    settings = source.settings
    try:
        verdict = check_reply(source.query, page, previous, source.ask(page))
    except NoAnswer as error:
        raise _FetchFailed(str(error), None) from error
    except HttpRefused as error:
        raise SourceRefused(
            f"The API at {source.query.endpoint} can't be asked: {error}.",
            allowed="an API that answers under source.url itself, with a certificate that this machine trusts.",
            remedy="correct source.url, source.ca_file, or the machine's proxy (HTTPS_PROXY, NO_PROXY) and "
            "certificates (REQUESTS_CA_BUNDLE).",
        ) from error
    match verdict:
        case Page():
            return verdict
        case Ignored():
            raise SourceRefused(verdict.found, allowed=verdict.allowed, remedy=verdict.remedy)
        case TryPageAgain():
            wait = verdict.wait
            longest = max(settings.window, settings.backoff_limit)
            if wait is not None and wait > longest:
                raise _asked_to_wait(source.query, verdict.why, wait, longest)
            if wait is None and verdict.rate_limited:
                wait = rate_limit_wait(number, settings.attempts, settings.window)
            raise _FetchFailed(verdict.why, wait)


def _asked_to_wait(query: PageQuery, why: str, wait: float, longest: float) -> SourceUnavailable:
    retry_at = moment_after(datetime.now(UTC), wait)
    when = f"for {wait:.0f} s, until {retry_at}" if retry_at is not None else "for longer than calendars go"
    error = SourceUnavailable(
        f"The API at {query.endpoint} asks to wait {when} ({why}).",
        allowed=f"a wait of up to {longest:g} s (source.window, source.backoff_limit).",
        remedy="run again after that time; the stream goes on where it stopped.",
    )
    error.retry_at = retry_at
    return error
