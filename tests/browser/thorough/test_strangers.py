"""Who is not let in: no token, another name, another page's form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from browser.visitor import Visitor, visiting
from consoles import RunningConsole
from playwright.sync_api import Browser, expect

from waybill_common.settings import KafkaSettings, LakeSettings, Settings

TOKEN = "a token of sixteen or more"


@pytest.fixture
def console(tmp_path: Path) -> Iterator[RunningConsole]:
    """It asks for a token. Its Kafka never answers: who is refused gets that far not."""
    settings = Settings(
        kafka=KafkaSettings(bootstrap_servers="127.0.0.1:1"), lake=LakeSettings(url=str(tmp_path))
    )
    with RunningConsole(settings, allow_write=True, token=TOKEN) as running:
        yield running


def sign_in(visitor: Visitor, token: str) -> None:
    visitor.page.get_by_label("Token").fill(token)
    visitor.page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("path", ["/", "/topics/names_topic", "/streams/names/commits/1", "/new-topic"])
def test_without_the_token_there_is_its_form_alone(visitor: Visitor, path: str) -> None:
    page = visitor.go(path)
    expect(page.get_by_role("heading")).to_have_text("Sign in")
    expect(page.get_by_role("navigation")).to_have_count(0)
    sign_in(visitor, "another token")
    visitor.sees("That is not the token.")
    sign_in(visitor, TOKEN)
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    assert page.url == visitor.url + path
    assert TOKEN not in page.url + page.content()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading")).to_have_text("Sign in")


@pytest.mark.parametrize(
    "place", ["//example.com/", "/\\example.com", "https://example.com/", "javascript:alert(1)"]
)
def test_signing_in_leads_to_no_other_place(visitor: Visitor, place: str) -> None:
    page = visitor.go(f"/sign-in?next={place}")
    sign_in(visitor, TOKEN)
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    assert page.url == f"{visitor.url}/"


def test_another_name_for_this_address_is_refused(browser: Browser, console: RunningConsole) -> None:
    """As of a page whose name was made to point at this machine."""
    with visiting(browser, f"http://foreign.localhost:{console.port}") as visitor:
        answer = visitor.page.goto(f"{visitor.url}/")
        assert answer is not None
        assert answer.status == 403
        visitor.sees("does not go by that name")


class _Page(BaseHTTPRequestHandler):
    """A foreign page with a form that sends itself to the console."""

    target = ""

    def do_GET(self) -> None:  # the base class's name
        fields = '<input name="name" value="theirs"><input name="partitions" value="1">'
        body = f'<form method="post" action="{self.target}">{fields}</form><script>document.forms[0].submit()</script>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        pass


@pytest.mark.parametrize("path", ["/topics", "/streams/names/verify", "/sign-out"])
def test_a_foreign_pages_form_is_refused(browser: Browser, console: RunningConsole, path: str) -> None:
    """Though the browser is signed in: another port of the same host counts as the same site for its cookies."""
    _Page.target = console.url + path
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as foreign:
        Thread(target=foreign.serve_forever, daemon=True).start()
        with visiting(browser, console.url) as visitor:
            visitor.go("/sign-in")
            sign_in(visitor, TOKEN)
            visitor.sees("Cluster")
            visitor.url = "http://127.0.0.1"  # both are asked
            visitor.page.goto(f"http://127.0.0.1:{foreign.server_port}/")
            visitor.sees(re.compile("That form is none of this console's"))
            visitor.troubles[:] = [one for one in visitor.troubles if "asked" not in one]
            assert console.context.verifier.began is None
        foreign.shutdown()
