"""The HTTP client against a server that answers as told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from unit.producer.server import Server, drips, sends
from unit.producer.users import make_body

from waybill_common.errors import SourceRefused, SourceUnavailable
from waybill_common.settings import SourceSettings
from waybill_common.web import DIRECT
from waybill_producer.run_totals import RunTotals
from waybill_producer.source.fetch import UserSource, retrieve_user_data
from waybill_producer.source.query import query_of


@pytest.fixture
def source(server: Server) -> Iterator[Callable[..., UserSource]]:
    opened: list[UserSource] = []

    def make(**changes: Any) -> UserSource:
        url = f"http://127.0.0.1:{server.server_port}/api/"
        fields = {"url": url, "seed": "abc", "results": 2, "attempts": 3, "backoff": 0.01, "window": 2.0}
        settings = SourceSettings.model_validate(fields | changes)
        opened.append(UserSource(settings, query_of(settings), DIRECT, lambda _: None))
        return opened[-1]

    yield make
    for one in opened:
        one.__exit__(None, None, None)


MakeSource = Callable[..., UserSource]


def test_a_page_is_asked_for_with_its_version_in_the_path(server: Server, source: MakeSource) -> None:
    server.answers = [sends(make_body())]
    assert len(retrieve_user_data(source(), 1, None).users) == 2
    assert server.paths == [
        "/api/1.4/?results=2&inc=gender%2Cname%2Clocation%2Cemail%2Clogin%2Cnat&seed=abc&page=1"
    ]


def test_retry_after_is_waited_for(server: Server, source: MakeSource) -> None:
    server.answers = [sends(b"Whoa", 429, Retry_After="1"), sends(make_body())]
    started = time.monotonic()
    retrieve_user_data(source(window=60.0), 1, None)
    assert 1.0 <= time.monotonic() - started < 30


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        pytest.param([sends(b"Whoa", 429, Retry_After="1")], [1.0], id="Retry-After"),
        pytest.param([sends(b"Whoa", 503, Retry_After="1")], [1.0], id="the same of an outage"),
        pytest.param([sends(b"Whoa", 429)], [pytest.approx(0.2 / 3)], id="429 alone"),
        pytest.param([sends(b"", 500), sends(b"{}")], [], id="faults"),
    ],
)
def test_a_wait_that_the_api_asks_for_is_told_and_no_other(
    answers: list[Any], told: list[float], server: Server, source: MakeSource
) -> None:
    server.answers = [*answers, sends(make_body())]
    waits: list[float] = []
    one = source(window=0.2, backoff_limit=60.0)
    one.throttled = waits.append
    retrieve_user_data(one, 1, None)
    assert waits == told


def test_a_429_without_retry_after_is_waited_out(server: Server, source: MakeSource) -> None:
    server.answers = [sends(b"Whoa", 429), sends(b"Whoa", 429), sends(make_body())]
    started = time.monotonic()
    retrieve_user_data(source(window=1.0), 1, None)
    assert time.monotonic() - started >= 1.0


def test_who_is_refused_with_429_to_the_last_attempt_is_not_told_of_a_wait_that_nobody_asked_for(
    server: Server, source: MakeSource
) -> None:
    server.answers = [sends(b"Whoa", 429), sends(b"Whoa", 429)]
    with pytest.raises(SourceUnavailable, match=r"no usable page 1 in 2 attempts; the last: .*429"):
        retrieve_user_data(source(window=0.5, backoff=0.1, backoff_limit=0.1, attempts=2), 1, None)


def test_a_retry_after_beyond_patience_ends_at_once(server: Server, source: MakeSource) -> None:
    server.answers = [sends(b"Closed", 503, Retry_After="86400")]
    with pytest.raises(SourceUnavailable, match="86400"):
        retrieve_user_data(source(), 1, None)
    assert len(server.paths) == 1


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ("9000000000", "until 2"),
        ("9" * 5000, "longer than calendars go"),
        ("Sun, 06 Nov 9000000000 08:49:37 GMT", "longer than calendars go"),
        ("Sun, 06 Nov 9998 08:49:37 GMT", "until 9998-11-06T08:49:"),
    ],
    ids=["seconds", "digits", "year_9e9", "year_9998"],
)
def test_a_retry_after_beyond_the_calendar_is_an_outage_with_its_end(
    sent: str, named: str, server: Server, source: MakeSource
) -> None:
    server.answers = [sends(b"Closed", 503, Retry_After=sent, Date="Someday, 99 Foo 9e9")]
    with pytest.raises(SourceUnavailable, match=named) as raised:
        retrieve_user_data(source(), 1, None)
    assert len(server.paths) == 1
    told = RunTotals().summary("error", raised.value)["error"].get("retry_at")
    assert told == (None if "calendars" in named else raised.value.retry_at)


def test_a_redirect_elsewhere_is_not_followed_and_not_tried_again(server: Server, source: MakeSource) -> None:
    server.answers = [sends(b"", 302, Location="http://localhost:1/?key=s3cret")]
    with pytest.raises(
        SourceRefused, match=r"redirects \(status 302\) to http://localhost:1, another origin"
    ) as raised:
        retrieve_user_data(source(), 1, None)
    assert "s3cret" not in str(raised.value)
    assert len(server.paths) == 1


def test_a_page_is_taken_from_where_the_api_redirects_to(server: Server, source: MakeSource) -> None:
    server.answers = [sends(b"", 302, Location="/elsewhere?x=1"), sends(make_body())]
    assert len(retrieve_user_data(source(), 1, None).users) == 2
    assert server.paths[1] == "/elsewhere?x=1"


def test_credentials_are_sent_and_never_shown(server: Server, source: MakeSource) -> None:
    def echoes(handler: BaseHTTPRequestHandler) -> None:
        sends(f"{handler.headers['Authorization']} correct-horse".encode(), 401)(handler)

    server.answers = [echoes]
    with pytest.raises(SourceRefused, match=r"source\.password") as raised:
        retrieve_user_data(source(username="me", password="correct-horse"), 1, None)
    assert "401, 44 bytes of text." in raised.value.found


def test_attempts_end_with_the_last_cause(server: Server, source: MakeSource) -> None:
    server.answers = [sends(b"<html>", 502)]
    with pytest.raises(SourceUnavailable, match="3 attempts; the last: status 502"):
        retrieve_user_data(source(), 1, None)
    assert len(server.paths) == 3


def test_a_refusal_is_not_tried_again(server: Server, source: MakeSource) -> None:
    server.answers = [sends(b"Cannot GET", 404)]
    with pytest.raises(SourceRefused):
        retrieve_user_data(source(), 1, None)
    assert len(server.paths) == 1


def test_a_body_that_drips_is_given_up_in_time(server: Server, source: MakeSource) -> None:
    server.answers = [drips]
    started = time.monotonic()
    with pytest.raises(SourceUnavailable, match="not complete"):
        retrieve_user_data(source(attempts=1, read_timeout=0.4), 1, None)
    assert time.monotonic() - started < 30


def test_nobody_listening_is_an_outage(server: Server, source: MakeSource) -> None:
    with pytest.raises(SourceUnavailable):
        retrieve_user_data(source(url="http://127.0.0.1:1/", attempts=2), 1, None)


def test_every_attempt_counts_against_the_limit(server: Server, source: MakeSource) -> None:
    server.answers = [sends(b"", 500), sends(make_body())]
    one = source(users_per_window=4, window=60.0)
    retrieve_user_data(one, 1, None)
    assert one.budget_wait() > 50
