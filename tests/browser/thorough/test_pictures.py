"""The pictures of docs/console.md. They are looked at, not compared: they change with every word and time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from browser.thorough.filling import make_anew, pages_of, send_people
from browser.visitor import Visit, Visitor, visiting
from consoles import RunningConsole
from integration.delivery.conftest import Stream
from integration.moto import lake_on_moto
from playwright.sync_api import Browser, expect

from waybill_common.kafka import ensure_topic
from waybill_common.lake import open_lake
from waybill_common.settings import KafkaSettings, Settings
from waybill_sandbox.kafka import KafkaCluster

# Read here: a test finds the environment cleaned of it.
FOLDER = os.environ.get("WAYBILL_TEST_PICTURES")
LARGEST = 150_000
COMMITS = 24
STRAYS: list[bytes | None] = [b"hello?", b'{"id": "not a uuid"}', b"[1, 2, 3]"]


@pytest.fixture
def topic() -> str:
    return "names_topic"


@pytest.fixture
def stream(kafka_three: KafkaCluster, topic: str, tmp_path: Path) -> Iterator[Stream]:
    """With a lake on S3, as its address is in the pictures."""
    kafka = KafkaSettings(bootstrap_servers=kafka_three.bootstrap_servers, replication_factor=3, timeout=20)
    with lake_on_moto(tmp_path) as lake:
        yield Stream(
            kafka, topic, open_lake(lake.model_copy(update={"url": "s3://waybill/lake"}), "names"), 3
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """WAYBILL_TEST_PICTURES, which `make browser` points at docs/images."""
    return Path(FOLDER) if FOLDER else tmp_path


@pytest.fixture
def pages(stream: Stream, visit: Visit) -> dict[str, str]:
    """Of a stream that has worked for a while, and has been verified."""
    make_anew(stream)
    ensure_topic(stream.kafka, "names_topic.dead", partitions=1, config={})
    ensure_topic(stream.kafka, "names_topic.cursor", partitions=1, config={"cleanup.policy": "compact"})
    random = Random(7)
    driver = stream.driver(rows_per_object=150)
    for number in range(1, COMMITS + 1):
        send_people(stream, random.randrange(60, 400), seed=number)
        if number % 6 == 0:
            stream.produce(STRAYS, partition=1)
        driver.reach(stream.ends())
    send_people(stream, 40, seed=COMMITS + 1)
    visitor = visit()
    visitor.go("/streams/names").get_by_role("button", name="Verify now").click()
    expect(visitor.page.locator("#audit-body .verdict-line")).to_contain_text("ok", timeout=120_000)
    commit = max(one.number for one in driver.receipts)
    return pages_of(stream, commit) | {"search": f"/search?q={'0' * 8}-0000-4000-8000-{'0' * 12}"}


def test_each_page_has_its_picture_in_light_and_dark(
    visit: Visit, pages: dict[str, str], folder: Path
) -> None:
    for scheme in ("light", "dark"):
        visitor = visit(scheme=scheme)
        for name, path in pages.items():
            page = visitor.go(path)
            if name == "topic":
                expect(page.locator("[data-live-state]")).to_have_text("live")
            if name == "new-topic":
                refuse(visitor)
            take(visitor, folder, name, scheme)


def test_the_form_for_the_token_has_its_picture_in_light_and_dark(browser: Browser, folder: Path) -> None:
    with RunningConsole(Settings(), token="a token of sixteen or more") as guarded:
        for scheme in ("light", "dark"):
            with visiting(browser, guarded.url, scheme=scheme) as visitor:
                visitor.go("/")
                visitor.sees("Token")
                take(visitor, folder, "sign-in", scheme)


def refuse(visitor: Visitor) -> None:
    """The brokers' reason is what is worth a picture."""
    visitor.page.get_by_label("Name").fill("names_topic")
    visitor.page.get_by_role("button", name="Create topic").click()
    visitor.sees("already exists")


def take(visitor: Visitor, folder: Path, name: str, scheme: str) -> None:
    visitor.page.evaluate("() => document.activeElement.blur()")
    picture = folder / f"console-{name}-{scheme}.png"
    height = min(640, int(visitor.page.evaluate("() => document.documentElement.scrollHeight")))
    visitor.page.set_viewport_size({"width": 1280, "height": max(400, height)})
    visitor.page.screenshot(path=picture, animations="disabled")
    visitor.page.set_viewport_size({"width": 1280, "height": 800})
    assert picture.stat().st_size < LARGEST, picture.name
