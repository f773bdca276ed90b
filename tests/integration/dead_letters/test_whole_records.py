"""Whole Kafka records, as strange as a broker takes them, from delivery to a dry redrive: every verb has an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from integration.dead_letters.conftest import Desk
from integration.delivery.old import open_old
from kafka_wire import Wire, WireRecord
from whole_records import EVENT, WHOLE, Whole

from waybill_ops.cli import main

ANY_TIME = {
    "message.timestamp.after.max.ms": str(2**63 - 1),
    "message.timestamp.before.max.ms": str(2**63 - 1),
}
GOOD = json.dumps(EVENT).encode()
EXAMPLES = [
    Whole(stamp, b"\xff\x00", value, headers)
    for stamp in (
        1795917241691,
        1795917241691000,
        1795917241691000000,
        2**63 - 1,
        -(2**63),
        -1,
        253402300800000,
    )
    for value, headers in (
        (GOOD, ()),
        (GOOD, ((b"trace\xff\xfe", b"\xff"), (b"h", None))),
        (b"not JSON", ((b"trace\xff\xfe", None),)),
    )
]
EXAMPLES += [
    Whole(0, None, value, ())
    for value in (
        b'{"id":"a","id":"b",}',
        GOOD[:-1] + b',"id":' + b"9" * 5000 + b"}",
        b'{"id":' + b"[" * 1500 + b"]" * 1500 + b"}",
        GOOD.replace(b"0.1", b"1.7976931348623157e-308"),
        GOOD.replace(b"0.1", b"-0"),
        b"x" * 900_000,
        None,
        b"",
    )
]  # fmt: skip


def stored(desk: Desk, records: list[Whole]) -> None:
    """The records in partition 0, each with its timestamp as the producer said it."""
    for name, value in ANY_TIME.items():
        desk.stream.configure(name, value)
    with Wire(desk.stream.kafka.bootstrap_servers) as wire:
        told = [WireRecord(one.value, one.key, one.headers, one.stamp) for one in records]
        assert wire.produce(desk.stream.topic, told) == list(range(len(records)))


def every_verb(desk: Desk, dead: set[int], total: int) -> list[dict[str, Any]]:
    """Verify, and every command on the letters; what ``export`` told of each."""
    code, report = desk.verify()
    assert (code, report["verdict"], set(report["findings_total"]) - {"repeated_id"}) == (0, "ok", set())
    assert (report["counts"]["rows"], report["counts"]["dead_letters"]) == (total - len(dead), len(dead))
    listed = desk.json("dead-letters", "list", "--json", "--limit=1000")
    assert {one["offset"] for one in listed["letters"]} == dead
    assert desk.code("dead-letters", "list", "--limit=1000") == 0
    lines, table = desk.folder / "x.jsonl", desk.folder / "x.parquet"
    for file in (lines, table):
        file.unlink(missing_ok=True)
        assert desk.code("dead-letters", "export", str(file)) == 0
    told: list[dict[str, Any]] = [json.loads(line) for line in lines.read_text().splitlines()]
    assert pq.read_table(table).num_rows == len(dead)
    for one in told[:3]:
        shown = desk.json("dead-letters", "show", f"0:{one['offset']}")
        assert {name: shown[name] for name in one} == one
    assert desk.json("redrive", "--json")["letters"] == len(dead)
    assert desk.code("redrive") == 0
    return told


def dead_of(records: list[Whole]) -> set[int]:
    years = range(-62_135_596_800_000, 253_402_300_800_000)
    return {offset for offset, one in enumerate(records) if one.row is None or one.stamp not in years}


def test_the_records_that_broke_0_1_0_are_delivered_and_shown(desk: Desk) -> None:
    stored(desk, EXAMPLES)
    desk.deliver()
    told = every_verb(desk, dead_of(EXAMPLES), len(EXAMPLES))
    assert desk.code("dead-letters", "waive", "--partition=0", "--reason-text=strange") == 0
    assert desk.capsys.readouterr().out == f"{len(told)} dead letters waived\n"
    [first] = [one for one in told if one["offset"] == 2]
    assert first["headers"][0]["name_base64"] == "dHJhY2X//g=="
    assert {one["timestamp_ms"] for one in told} >= {2**63 - 1, -(2**63), 1795917241691000, None}
    assert desk.verify()[1]["letters"]["waived"] == len(told)


def test_a_letter_with_a_header_name_that_can_not_be_sent_is_told_and_left(desk: Desk) -> None:
    headers = ((b"trace\xff\xfe", b"1"),)
    stored(desk, [Whole(2**62, b"key", GOOD, headers), Whole(2**62, b"key", GOOD, ())])
    desk.deliver()
    sent = desk.json("redrive", "--json", "--send")
    assert (sent["sent"], sent["verdicts"]["unsendable"], sent["verdicts"]["send"]) == (1, 1, 1)
    assert desk.code("redrive") == 0
    assert "no UTF-8" in desk.capsys.readouterr().out
    desk.deliver()
    code, report = desk.verify()
    assert (code, report["letters"]["open"], report["letters"]["redriven"], report["counts"]["rows"]) == (
        0,
        1,
        1,
        1,
    )


def test_a_commit_that_0_1_0_opened_is_read_by_every_verb_and_goes_over(desk: Desk) -> None:
    """Under format 1 every timestamp that microseconds can hold is a row's; the next commit is of format 3."""
    stored(desk, EXAMPLES)
    open_old(desk.stream.driver(), desk.stream.ends())
    desk.deliver()
    micros = range(-9223372036854775, 9223372036854776)
    dead = {o for o, one in enumerate(EXAMPLES) if one.row is None or one.stamp not in micros}
    told = every_verb(desk, dead, len(EXAMPLES))
    assert {one["reason"] for one in told} >= {"bad_value", "not_json"}
    assert "takes it over to format 3" in " ".join(desk.json("verify", "--json")["remarks"])
    lag = desk.json("lag", "--json")
    assert (lag["format"], "takes it over to format 3" in lag["remarks"][0]) == (1, True)
    desk.stream.names(2, first=50)
    desk.deliver()
    report = desk.json("verify", "--json")
    assert (report["verdict"], report["format"], report["remarks"][1:]) == ("ok", 3, [])
    assert desk.json("lag", "--json")["remarks"] == []


@given(records=st.lists(WHOLE, min_size=40, max_size=200))
@settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.large_base_example,
        HealthCheck.too_slow,
    ],
)
def test_any_records_are_delivered_and_shown(
    records: list[Whole], new_desk: Callable[[str], Desk], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    desk = new_desk(f"lake{len(list(tmp_path.iterdir()))}")
    desk.stream.make_anew()
    stored(desk, records)
    desk.deliver()
    every_verb(desk, dead_of(records), len(records))
    report = ["report", "--by=kafka_timestamp", f"--lake.url={desk.stream.lake.settings.url}"]
    assert main([*report, f"--stream.topic={desk.stream.topic}"]) == 0
    capsys.readouterr()
