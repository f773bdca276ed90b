"""Messages on the page and while one looks, whatever they hold; from there into the lake, and the audit."""

from __future__ import annotations

import html
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from confluent_kafka import Producer
from consoles import Browser, RunningConsole
from integration.console.conftest import LiveView
from integration.delivery.conftest import Stream
from kafka_wire import Wire, WireRecord
from sample_events import nth_event
from waiting import wait_until

from waybill_common.kafka import ensure_topic, librdkafka_config
from waybill_common.settings import KafkaSettings, Settings, StreamSettings
from waybill_sandbox.kafka import KafkaCluster

SCRIPT = '<script>alert("value")</script>'


def places(page: str) -> list[str]:
    """The messages of a page, in its order."""
    return re.findall(r'<th scope="row" role="rowheader" class="place"><a [^>]*>([0-9]+:[0-9]+)</a>', page)


def test_the_newest_are_found_behind_the_markers_of_transactions(stream: Stream, browser: Browser) -> None:
    stream.create()
    for number in range(30):
        stream.produce([b"%d" % number])
    stream.produce([b"aborted"], commit=False)
    stream.ends()
    page = browser.text(f"/topics/{stream.topic}")
    assert places(page) == [f"0:{offset}" for offset in range(58, 8, -2)]
    assert "aborted" not in page


def test_messages_are_shown_from_an_offset_and_from_a_time_on(stream: Stream, browser: Browser) -> None:
    stream.create()
    stream.names(5, partition=0)
    time.sleep(1.1)
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    stream.names(5, first=5, partition=1)
    stream.ends()
    base = f"/topics/{stream.topic}"
    assert places(browser.text(f"{base}?order=offset&from=3")) == ["0:3", "0:4", "1:3", "1:4"]
    assert places(browser.text(f"{base}?order=offset&from=3&partition=1")) == ["1:3", "1:4"]
    assert places(browser.text(f"{base}?order=time&from={now}")) == [f"1:{n}" for n in range(5)]
    assert places(browser.text(f"{base}?order=time&from=2999-01-01")) == []
    assert places(browser.text(f"{base}?partition=2")) == []


def test_messages_that_come_are_seen_while_one_looks(
    stream: Stream, browser: Browser, live: Callable[[str], LiveView]
) -> None:
    stream.create()
    stream.names(2)
    stream.ends()
    page = browser.text(f"/topics/{stream.topic}")
    path = html.unescape(re.search(r'data-live="([^"]+)"', page)[1])  # type: ignore[index]
    view = live(path)
    stream.names(3, first=2)
    stream.produce([SCRIPT.encode()], partition=1)
    wait_until(lambda: len(view.rows) == 4, lambda: view.rows)
    text = "".join(view.rows)
    assert nth_event(2).id in html.unescape(text)
    assert nth_event(1).id not in html.unescape(text)
    assert "<script" not in text
    again = live(f"/topics/{stream.topic}/live?from={view.ids[-1]}")
    stream.names(1, first=9)
    wait_until(lambda: len(again.rows) == 1, lambda: again.rows)


def test_hostile_records_break_no_page(stream: Stream, browser: Browser) -> None:
    stream.create()
    values = [
        b"",
        b"\x00",
        b"\xff" * 40,
        SCRIPT.encode(),
        b'{"a":' * 20_000,
        b'"\\ud800"',
        b"\x1b[31m\x00",
        "\u202eevil".encode(),
    ]
    producer = Producer(librdkafka_config(stream.kafka, {"enable.idempotence": True}))
    headers: Any = [(SCRIPT, SCRIPT.encode()), ("null", None), ("h", b"\xff")]
    for value in values:
        producer.produce(stream.topic, key=SCRIPT.encode(), value=value, partition=0, headers=headers)
    producer.produce(stream.topic, key=b"\xfe\x00", value=None, partition=0)
    assert producer.flush(30) == 0
    listed = browser.text(f"/topics/{stream.topic}")
    assert len(places(listed)) == len(values) + 1
    assert listed.count("<script") == 1
    for offset in range(len(values) + 1):
        page = browser.text(f"/topics/{stream.topic}/messages/0/{offset}")
        assert page.count("<script") == 1
        assert not re.search("[\x00\x1b\u202e]", page)


def test_a_large_value_is_cut_and_kept_whole_behind_a_link(stream: Stream, browser: Browser) -> None:
    stream.create()
    value = uuid.uuid4().bytes * 60_000
    stream.produce([value])
    stream.ends()
    for path in (f"/topics/{stream.topic}", f"/topics/{stream.topic}/messages/0/0"):
        page = browser.text(path)
        assert len(page) < 300_000
        assert "937.5 KiB" in page
    answer = browser.get(f"/topics/{stream.topic}/messages/0/0/value")
    assert answer.content == value
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_other_topics_show_their_offsets_and_not_their_messages(stream: Stream, browser: Browser) -> None:
    stream.create()
    cursor = f"{stream.topic}.cursor"
    ensure_topic(stream.kafka, cursor, partitions=1, config={"cleanup.policy": "compact"})
    on_cursor = stream.on_other_topic(cursor)
    on_cursor.produce([b"a secret"])
    page = browser.text(f"/topics/{cursor}")
    assert "The messages of this topic are not shown." in page
    assert "cleanup.policy" in page
    assert "a secret" not in page
    assert browser.get(f"/topics/{cursor}/live?from=0:0").status_code == 404


def test_a_message_is_followed_to_its_row_and_the_audit_agrees(
    stream: Stream, console: RunningConsole, browser: Browser
) -> None:
    stream.create()
    stream.names(12)
    stream.produce([b"no event"], partition=1)
    ends = stream.ends()  # a page remembers for a moment where Kafka said that partitions end
    before = browser.text(f"/topics/{stream.topic}/messages/0/7")
    assert "not delivered yet" in before
    stream.driver(rows_per_object=5).reach(ends)
    for key in (("newest", "names"), ("delivery", "names", 0, 7)):
        console.context.store.forget(key)
    page = browser.text(f"/topics/{stream.topic}/messages/0/7")
    place = re.search(r'href="(/streams/names/commits/1/objects/[0-9]+\?from=7)"', page)
    assert place is not None
    rows = browser.text(place[1])
    assert nth_event(7).id in rows
    assert "as stored" in rows
    assert f'href="/topics/{stream.topic}/messages/0/7"' in rows
    listed = browser.text(f"/topics/{stream.topic}")
    assert listed.count("</span>delivered") == 13
    found = browser.text(f"/search?q={nth_event(7).id}")
    assert f"/topics/{stream.topic}/messages/0/7" in found

    asked = browser.send("/streams/names/verify", on="/streams/names")
    assert asked.headers["Location"] == "/streams/names#audit"
    assert "Verifying for" in browser.text("/streams/names")
    browser.send("/streams/names/verify", on="/streams/names")  # one at a time
    wait_until(lambda: console.context.verifier.last, "the audit never ended", seconds=120)
    last = console.context.verifier.last
    assert last is not None
    assert last.verdict == "ok", last.told
    audit = browser.text("/streams/names").split('id="audit-body"')[1]
    assert "</span>ok</span>" in audit
    assert "Records" in audit


def test_a_header_name_of_any_bytes_is_shown(stream: Stream, kafka: KafkaCluster, topic: str) -> None:
    settings = Settings(
        stream=StreamSettings(topic=topic),
        kafka=KafkaSettings(bootstrap_servers=kafka.bootstrap_servers),
        lake=stream.lake.settings,
    )
    any_time = {"message.timestamp.after.max.ms": str(2**63 - 1)}
    with Wire(kafka.bootstrap_servers) as wire:
        wire.create_topic(topic, config=any_time)
        wire.produce(topic, [WireRecord(b"{}", headers=((b"\xfe\xff", b"<b>"),), timestamp=2**62)])
    with RunningConsole(settings) as console, console.browser() as browser:
        for path in (f"/topics/{topic}/messages/0/0", f"/topics/{topic}"):
            assert ">+146" in browser.text(path), browser.text(path)  # a year beyond any calendar
        assert "0xfeff" in browser.text(f"/topics/{topic}/messages/0/0")
