"""Everybody can read it: screen readers, the keyboard, a telephone, the dark, any time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.thorough.filling import make_anew, pages_of, send_people
from browser.visitor import NARROW, Visit, Visitor
from integration.delivery.conftest import Stream
from playwright.sync_api import expect
from sample_events import nth_event


@pytest.fixture
def pages(stream: Stream) -> dict[str, str]:
    """Of a stream with two commits, dead letters, and messages that wait."""
    make_anew(stream)
    send_people(stream, 30, seed=1)
    stream.driver(rows_per_object=7).reach(stream.ends())
    stream.produce([b"no event", b'{"id": 1}'])
    send_people(stream, 10, seed=2)
    stream.driver(rows_per_object=7).reach(stream.ends())
    send_people(stream, 5, seed=3)
    return pages_of(stream, 2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Visit, pages: dict[str, str], scheme: str) -> None:
    visitor, axe, found = visit(scheme=scheme), Axe(), []
    for name, path in pages.items():
        page = visitor.go(path)
        for violation in axe.run(page).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                nodes = [node["html"][:200] for node in violation["nodes"][:3]]
                found.append((name, violation["id"], violation["help"], nodes))
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_telephone(visit: Visit, pages: dict[str, str], scheme: str) -> None:
    visitor, wide = visit(scheme=scheme, size=NARROW), {}
    for name, path in pages.items():
        page = visitor.go(path)
        visitor.unfold()
        width = page.evaluate("() => document.documentElement.scrollWidth")
        if width > NARROW[0]:
            wide[name] = width
    assert wide == {}


def test_the_keyboard_alone_finds_creates_and_pauses(stream: Stream, visitor: Visitor) -> None:
    stream.create()
    stream.names(3)
    stream.ends()
    page = visitor.go("/")
    keys = page.keyboard
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    keys.type("gt")
    page.wait_for_url("**/topics")
    keys.press("/")
    keys.type(f"{stream.topic}-0-2")
    keys.press("Enter")
    page.wait_for_url(f"**/topics/{stream.topic}/messages/0/2")
    visitor.sees(nth_event(2).id)

    visitor.go("/new-topic")
    tab_to(visitor, "Name")
    keys.type(f"{stream.topic}.keys")
    tab_to(visitor, "Create topic")
    keys.press("Enter")
    page.wait_for_url(f"**/topics/{stream.topic}.keys?created=1")
    visitor.sees("Kafka has made the topic.")

    visitor.go(f"/topics/{stream.topic}")
    state = page.locator("[data-live-state]")
    expect(state).to_have_text("live")
    keys.press("p")
    expect(state).to_have_text("paused")
    stream.names(2, first=3)
    keys.press("p")
    expect(state).to_have_text(re.compile("^live"))
    expect(page.locator("tr.message")).to_have_count(5)
    keys.type("gs")
    page.wait_for_url("**/streams/names")
    keys.type("gc")
    page.wait_for_url(f"{visitor.url}/")


def tab_to(visitor: Visitor, name: str) -> None:
    """As somebody who tabs on until it is focused."""
    focused = (
        "() => { const on = document.activeElement; return on.labels?.[0]?.textContent ?? on.textContent; }"
    )
    for _ in range(40):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate(focused).strip() == name:
            return
    pytest.fail(f"Tab never reaches {name}")


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/St_Johns"])
def test_times_are_of_the_readers_zone_with_utc_beside(
    visit: Visit, pages: dict[str, str], zone: str
) -> None:
    time = visit(zone=zone).go(pages["message"]).locator("dl.facts time").first
    at = datetime.fromisoformat(str(time.get_attribute("datetime")))
    expect(time).to_contain_text(f"{at.astimezone(ZoneInfo(zone)):%H:%M:%S}")
    expect(time).to_contain_text(f"{at.astimezone(UTC):%H:%M:%S} UTC")
