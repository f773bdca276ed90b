"""Who is let in, on a real server: names, origins, forms, tokens; and what every reply says of itself."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest
import requests
from consoles import Browser, RunningConsole

from waybill_common.settings import Settings
from waybill_console.security.response_headers import HEADERS

TOKEN = "correct-horse-battery"


@pytest.fixture
def guarded(settings: Settings) -> Iterator[Browser]:
    with (
        RunningConsole(settings, token=TOKEN, allow_write=True, hosts=("console.example",)) as console,
        console.browser() as made,
    ):
        yield made


def status(browser: Browser, path: str = "/search", method: str = "GET", **headers: str) -> int:
    """Sent as it is, with exactly these headers."""
    place = browser.url.removeprefix("http://")
    connection = http.client.HTTPConnection(place, timeout=20)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in ({"Host": place} | headers).items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    "path", ["/search", "/streams/names/commits", "/nothing", "/static/style.css", "/static/none", "/healthz"]
)
def test_every_reply_forbids_what_is_not_its_own(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_name_of_others_is_refused(browser: Browser) -> None:
    assert status(browser) == 200
    assert status(browser, Host="evil.example") == 403
    assert status(browser, Host="evil.example:8888", path="/static/style.css") == 403
    assert status(browser, Host="") == 403


def test_a_name_that_was_allowed_is_answered(guarded: Browser) -> None:
    assert status(guarded, Host="console.example", path="/sign-in") == 200


def test_other_methods_are_refused(browser: Browser) -> None:
    assert status(browser, method="DELETE") == 405
    assert status(browser, method="HEAD") == 200


def test_a_form_of_another_page_is_refused(browser: Browser) -> None:
    wanted = {"name": "x", "partitions": "1", "replication": "1"}
    token = browser.get("/new-topic").text.split('name="form_token" value="')[1].split('"')[0]
    post = browser.url + "/topics"
    for headers in ({}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
        answer = browser.session.post(post, data={**wanted, "form_token": token}, headers=headers, timeout=20)
        assert (answer.status_code, "none of this console" in answer.text) == (403, True)
    for given in ("", "0" * 64):
        answer = browser.session.post(
            post, data={**wanted, "form_token": given}, headers={"Origin": browser.url}, timeout=20
        )
        assert (answer.status_code, "another session" in answer.text) == (403, True)


def test_a_form_token_is_of_no_use_to_another_session(console: RunningConsole, browser: Browser) -> None:
    token = browser.get("/new-topic").text.split('name="form_token" value="')[1].split('"')[0]
    with requests.Session() as other:
        other.trust_env = False
        answer = other.post(
            console.url + "/topics", data={"form_token": token}, headers={"Origin": console.url}, timeout=20
        )
    assert answer.status_code == 403


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", "text/plain"])
def test_a_body_that_is_no_form_is_refused(browser: Browser, kind: str) -> None:
    headers = {"Origin": browser.url, "Content-Type": kind}
    assert (
        browser.session.post(browser.url + "/topics", data=b"x", headers=headers, timeout=20).status_code
        == 403
    )


def test_a_body_without_an_end_is_not_kept(browser: Browser) -> None:
    assert browser.send("/topics", name="x" * 200_000).status_code == 403


def test_without_the_token_nothing_is_shown(guarded: Browser) -> None:
    for path in (
        "/",
        "/topics",
        "/topics/names_topic",
        "/streams/names",
        "/search?q=1",
        "/topics/a/messages/0/1/value",
    ):
        answer = guarded.get(path, allow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/sign-in?next=%2F")
    live = guarded.get(
        "/topics/names_topic/live", headers={"Accept": "text/event-stream"}, allow_redirects=False
    )
    assert live.status_code == 401
    page = guarded.text("/sign-in")
    assert "names_topic" not in page
    assert guarded.get("/healthz").text == "ok\n"


def test_the_token_opens_the_page_that_was_asked_for(guarded: Browser) -> None:
    answer = guarded.send("/sign-in", on="/sign-in", token=TOKEN, next="/streams/names")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/streams/names")
    cookie = answer.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "Stream" in guarded.text("/streams/names")
    guarded.send("/sign-out", on="/streams/names")
    assert guarded.get("/streams/names", allow_redirects=False).status_code == 303


def test_a_wrong_token_opens_nothing(guarded: Browser) -> None:
    answer = guarded.send("/sign-in", on="/sign-in", token="wrong", next="//evil.example")
    assert (answer.status_code, "That is not the token." in answer.text) == (403, True)
    assert "evil" not in answer.text
    assert guarded.get("/streams/names", allow_redirects=False).status_code == 303


def test_a_form_before_signing_in_does_nothing(guarded: Browser) -> None:
    assert guarded.send("/streams/names/verify", on="/sign-in").status_code == 401


def test_read_only_means_it(settings: Settings) -> None:
    with RunningConsole(settings) as console, console.browser() as browser:
        assert browser.get("/new-topic").status_code == 403
        page = browser.text("/streams/names")
        assert "Verify now" not in page
        token = console.context.sessions
        session = token.read(browser.session.cookies["waybill_console_test"])
        assert session is not None
        form = {"form_token": token.form_token(session), "name": "x", "partitions": "1", "replication": "1"}
        for path in ("/topics", "/streams/names/verify"):
            answer = browser.session.post(
                console.url + path, data=form, headers={"Origin": console.url}, timeout=20
            )
            assert answer.status_code == 403
        assert not console.context.verifier.is_running
