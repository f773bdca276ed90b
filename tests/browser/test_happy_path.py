"""The whole way in one browser: a topic of three copies, messages that arrive, their rows, the audit."""

from __future__ import annotations

import re

import pytest
from browser.visitor import Visitor
from integration.delivery.conftest import Stream
from playwright.sync_api import expect
from sample_events import nth_event


@pytest.fixture
def topic() -> str:
    """The brokers are this test's alone."""
    return "names_topic"


def test_names_topic_is_made_filled_delivered_and_verified(stream: Stream, visitor: Visitor) -> None:
    page = visitor.go("/")
    brokers = page.get_by_role("region", name="Brokers")
    expect(brokers.get_by_role("row")).to_have_count(1 + 3)

    page.get_by_role("link", name="Topics", exact=True).click()
    page.get_by_role("link", name="Create topic").click()
    page.get_by_label("Name").fill("names_topic")
    page.get_by_label("Partitions").fill("3")
    expect(page.get_by_label("Replication")).to_have_value("3")
    page.get_by_role("button", name="Create topic").click()
    visitor.sees("Kafka has made the topic.")
    expect(page.locator("#partition-table")).to_contain_text("1, 2, 3")

    expect(page.locator("[data-live-state]")).to_have_text("live")
    stream.names(20)
    stream.produce([b"no event"], partition=1)
    expect(page.locator("tr.message")).to_have_count(21)
    expect(page.locator("tr.message", has_text=nth_event(19).id)).to_contain_text("waiting")

    stream.driver(rows_per_object=7).reach(stream.ends())
    expect(page.locator("tr.message", has_text="delivered")).to_have_count(21)
    page.get_by_role("link", name="0:12", exact=True).click()
    visitor.sees("In the lake")
    page.locator("#delivery .links a").click()
    row = page.locator("tr.marked")
    expect(row).to_contain_text(nth_event(12).id)
    visitor.sees("as stored")

    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Stream names").click()
    page.get_by_role("button", name="Verify now").click()
    verdict = page.locator("#audit-body .verdict-line")
    expect(verdict).to_contain_text("ok", timeout=90_000)
    expect(page.locator("#audit-body")).to_contain_text(re.compile(r"Rows\s*20"))
