"""The HTTP client: one page, within bounded time, retries included."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from types import TracebackType
from typing import Self

import requests
import stamina
import urllib3

from waybill_common.errors import SourceRefused
from waybill_common.errors import SourceUnavailable
from waybill_common.kafka.plan import BODY_LIMIT
from waybill_common.settings import SourceSettings
from waybill_producer.source.query import Query
from waybill_producer.source.reply import Again
from waybill_producer.source.reply import Ignored
from waybill_producer.source.reply import Page
from waybill_producer.source.reply import Reply
from waybill_producer.source.reply import check_reply
from waybill_producer.source.window import Window
from waybill_producer.source.window import rate_limit_wait
from waybill_producer.web import read_body
from waybill_producer.web import web_session


class _NotYet(Exception):
    """One attempt failed. ``wait`` in seconds, None for the usual backoff."""

    def __init__(self, why: str, wait: float | None) -> None:
        super().__init__(why)
        self.wait = wait


class UserSource:
    """The API with its connection and the account of the rate limit. Nothing is sent before the first page."""

    def __init__(self, settings: SourceSettings, query: Query, waiting: Callable[[str], None]) -> None:
        """``waiting`` is told which page an attempt failed for, and why."""
        self.settings = settings
        self.query = query
        self.waiting = waiting
        self.window = Window(settings.users_per_window, settings.window)
        self._http = web_session(settings.url.host)
        self._http.max_redirects = 3
        self._http.headers["Accept"] = "application/json"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def budget_wait(self) -> float:
        """Seconds until the rate limit admits another page."""
        return self.window.wait(self.query.results, time.monotonic())

    def ask(self, page: int) -> Reply:
        """One request. The body has to be complete ``read_timeout`` seconds after its headers.

        Raises ``requests.RequestException`` or ``urllib3.exceptions.HTTPError``.
        """
        timeouts = (self.settings.connect_timeout, self.settings.read_timeout)
        try:
            with self._http.get(
                self.query.endpoint, params=self.query.parameters(page), timeout=timeouts, stream=True
            ) as response:
                body = read_body(response, limit=BODY_LIMIT, seconds=self.settings.read_timeout)
                return Reply(
                    response.status_code, response.headers.get("Retry-After"), body, datetime.now(UTC)
                )
        finally:
            self.window = self.window.spend(self.query.results, time.monotonic())


def retrieve_user_data(source: UserSource, page: int, previous: str | None) -> Page:
    """A page that answers the request, after as many attempts as ``source.attempts`` allows.

    ``previous`` is the fingerprint of the page before. Raises ``SourceUnavailable`` or ``SourceRefused``.
    """
    settings = source.settings

    def on(error: Exception) -> bool | float:
        if not isinstance(error, _NotYet):
            return False
        source.waiting(f"page {page}: {error}")
        wait = max(error.wait or 0.0, source.budget_wait())
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
    except _NotYet as error:
        raise SourceUnavailable(
            f"The API at {source.query.public_endpoint} gave no usable page {page} "
            f"in {settings.attempts} attempts; the last: {error}.",
            allowed=f"one page of {source.query.results} users that answers the request.",
            remedy="run again later; the stream goes on where it stopped. source.attempts sets the patience.",
        ) from error
    raise AssertionError("unreachable: the last attempt returns or raises")


def _attempt(source: UserSource, page: int, previous: str | None, number: int) -> Page:
    settings = source.settings
    try:
        verdict = check_reply(source.query, page, previous, source.ask(page))
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise _NotYet(f"{type(error).__name__}: {error}", None) from error
    match verdict:
        case Page():
            return verdict
        case Ignored():
            raise SourceRefused(verdict.found, allowed=verdict.allowed, remedy=verdict.remedy)
        case Again():
            wait = verdict.wait
            if wait is None and verdict.rate_limited:
                wait = rate_limit_wait(number, settings.attempts, settings.window)
            longest = max(settings.window, settings.backoff_limit)
            if wait is not None and wait > longest:
                raise SourceUnavailable(
                    f"The API at {source.query.public_endpoint} asks to wait {wait:.0f} s ({verdict.why}).",
                    allowed=f"a wait of up to {longest:g} s (source.window, source.backoff_limit).",
                    remedy="run again after that time; the stream goes on where it stopped.",
                )
            raise _NotYet(verdict.why, wait)
