"""Whatever keys, values, headers and names hold: nothing of it runs, and every page stays whole."""

from __future__ import annotations

import json
import re
from functools import partial
from urllib.parse import quote

import pytest
from browser.thorough.filling import Sent, send
from browser.visitor import Visitor
from confluent_kafka import Consumer, TopicPartition
from integration.delivery.conftest import Stream
from playwright.sync_api import expect
from sample_events import nth_event
from waiting import wait_until

from waybill_common.kafka import describe_topic, ensure_topic, librdkafka_config
from waybill_streams.names import NAMES

SCRIPTS = (
    "<script>alert('script')</script>",
    "</pre></td></table><script>alert('closed')</script>",
    '"><img src=x onerror=alert("img")>',
    "' onmouseover='alert(1)' autofocus onfocus='alert(2)",
    "<svg/onload=alert(3)>",
    "<iframe srcdoc='<script>parent.alert(4)</script>'></iframe>",
    "<style>*{display:none}</style><base href=//example.com/><meta http-equiv=refresh content=0>",
    "javascript:alert(5)",
    "{{ 7 * 7 }}{% raise %}",
    "<!--<template><script>alert(6)</script>",
)
ODD = (
    b"",
    b"\x00\x01\x02",
    b"\xff\xfe" * 30,
    b'{"a":' * 20_000,
    b'"\\ud800"',
    b"\x1b[31m\x1b]0;title\x07",
    "\u202eltr\u2066\u200b".encode(),
    b"x" * 1_000_000,
    b"\n" * 5_000,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 e\u0301".encode() * 40,
)


def whole(visitor: Visitor) -> None:
    """The layout's first and last parts are there and seen, and nothing can run but the console's script."""
    expect(visitor.page.get_by_role("navigation", name="Pages")).to_be_visible()
    expect(visitor.page.locator("footer .keys")).to_be_visible()
    assert visitor.scripts() == [f"{visitor.url}/static/console.js"]
    assert visitor.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def hostile() -> list[Sent]:
    """Texts at every place that a record has."""
    texts = [
        Sent(one.encode(), one.encode(), ((one, one.encode()), ("null", None), ("raw", b"\xff")))
        for one in SCRIPTS
    ]
    within = [Sent(json.dumps({one: [one, {one: one}]}).encode()) for one in SCRIPTS]
    odd = [Sent(one, one[:300], (("h", one[:300]),)) for one in ODD]
    many = Sent(b"{}", b"many", tuple((f"header-{n}", b"x" * 100) for n in range(300)))
    return [*texts, *within, *odd, many, Sent(None, b"tombstone")]


def test_messages_that_come_while_one_looks_run_nothing(stream: Stream, visitor: Visitor) -> None:
    stream.create()
    page = visitor.go(f"/topics/{stream.topic}")
    expect(page.locator("[data-live-state]")).to_have_text("live")
    sent = hostile()
    send(stream, sent)
    newest = page.get_by_role("link", name=f"0:{len(sent) - 1}", exact=True)
    expect(newest).to_be_visible()
    visitor.unfold()
    page.locator("body").hover()
    whole(visitor)


def test_each_hostile_message_has_a_page_that_is_whole(stream: Stream, visitor: Visitor) -> None:
    stream.create()
    sent = hostile()
    send(stream, sent)
    page = visitor.go(f"/topics/{stream.topic}?limit=100")
    expect(page.locator("tr.message")).to_have_count(len(sent))
    whole(visitor)
    for offset in range(len(sent)):
        visitor.go(f"/topics/{stream.topic}/messages/0/{offset}")
        visitor.sees("In the lake")
        visitor.unfold()
        whole(visitor)


def test_rows_and_dead_letters_with_scripts_run_nothing(stream: Stream, visitor: Visitor) -> None:
    stream.create()
    rows = [nth_event(n, full_name=one, city=one) for n, one in enumerate(SCRIPTS)]
    send(stream, [Sent(NAMES.encode(one)) for one in rows] + hostile())
    stream.driver().reach(stream.ends())
    page = visitor.go("/streams/names/commits/1")
    whole(visitor)
    paths = [
        one.get_attribute("href")
        for one in page.get_by_role("region", name="Objects").get_by_role("link").all()
    ]
    assert len(paths) == 2
    for path in paths:
        visitor.go(str(path))
        visitor.sees("as stored")
        visitor.sees("alert('script')")
        whole(visitor)
    for path in ("/streams/names", f"/search?q={rows[0].id}", f"/topics/{stream.topic}/messages/0/0"):
        visitor.go(path)
        whole(visitor)


def test_names_of_groups_and_topics_run_nothing(stream: Stream, visitor: Visitor) -> None:
    stream.create()
    longest = (stream.topic + "_" * 249)[:249]
    for name in (longest, f"-{stream.topic}", f"__proto__.{stream.topic}"):
        ensure_topic(stream.kafka, name, partitions=1, config={})
        wait_until(partial(describe_topic, stream.kafka, name), "the topic was never made")
        visitor.go(f"/topics/{name}?created=1")
        visitor.sees("Replication")
        whole(visitor)
    for one in SCRIPTS:
        group = f"{one}{stream.topic}"
        consumer = Consumer(librdkafka_config(stream.kafka, {"group.id": group, "enable.auto.commit": False}))
        try:
            consumer.commit(offsets=[TopicPartition(stream.topic, 0, 0)], asynchronous=False)
        finally:
            consumer.close()
    visitor.go("/")
    visitor.sees(f"{SCRIPTS[0]}{stream.topic}")
    whole(visitor)
    visitor.go("/topics")
    visitor.sees(longest)
    whole(visitor)


@pytest.mark.parametrize("text", SCRIPTS)
def test_what_addresses_and_forms_hold_runs_nothing(visitor: Visitor, text: str) -> None:
    inside = quote(text, safe="")
    for path in (
        f"/search?q={inside}",
        f"/topics?filter={inside}&page={inside}",
        f"/topics/{inside}",
        f"/topics/{inside}/messages/0/0",
        f"/topics/names_topic?order={inside}&from={inside}&partition={inside}&limit={inside}",
        f"/streams/{inside}",
        f"/streams/names/commits?before={inside}",
        f"/{inside}",
    ):
        visitor.go(path)
        whole(visitor)
    page = visitor.go("/new-topic")
    page.get_by_label("Name").fill(text)
    page.get_by_role("button", name="Create topic").click()
    expect(page.get_by_role("alert")).to_contain_text(re.compile("refused", re.IGNORECASE))
    assert visitor.fields_of("Name") == text
    whole(visitor)
