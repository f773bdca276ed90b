"""Every lake of 0.1.0's goes on: what it left open is finished as it was begun, what follows is of format 3."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from fixtures.events import BAD_NAME, good, malformed
from integration.records.rules import Expected, expected
from integration.records.stored import Letter, Row, stored_in
from integration.upgrade.conftest import CONTENTS, OldLake
from kafka_wire import Wire

from waybill_common.errors import LagExceeded, NothingDelivered
from waybill_ops.cli import main

MADE_BY_FORMAT = {1: 1, 2: 1, 3: 3}
"""A receipt's format by its manifest's."""


_numbers = count(7_000, 10)
"""Of events that no test has sent yet."""


def grow(lake: OldLake) -> None:
    """Some more records of both kinds in the topic."""
    first = next(_numbers)
    more = [good(first), malformed(first + 1), good(first + 2, timestamp=-1)]
    with Wire(lake.stream.kafka.bootstrap_servers) as wire:
        wire.produce(lake.stream.topic, more)


def formats(lake: OldLake) -> dict[tuple[int, int], int]:
    """The format of the manifest that delivers each offset."""
    return {
        (split["partition"], offset): manifest["format"]
        for manifest in lake.ledger("manifest")
        for split in manifest["splits"]
        for offset in range(split["start"], split["end"])
    }


def holds(one: Row | Letter) -> Expected:
    if isinstance(one, Row):
        return Expected(one.event, None, None, one.timestamp, None)
    return Expected(None, one.reason, one.detail, one.timestamp, one.milliseconds)


def check_records(lake: OldLake) -> None:
    """Each record of the topic from the origin on is there once, as the format of its commit says."""
    by_format, found = formats(lake), stored_in(lake.dataset)
    messages = {(one.partition(), one.offset()): one for one in lake.messages()}
    assert found.keys() == messages.keys() & by_format.keys()
    for place, one in found.items():
        message: Any = messages[place]
        wanted = expected(message.value(), message.timestamp()[1], lake_format=by_format[place])
        assert holds(one) == wanted, place
        if isinstance(one, Letter):
            assert (one.key, one.value) == (message.key(), message.value()), place


def check_formats(lake: OldLake, before: list[dict[str, Any]]) -> None:
    """What there was, or was open, keeps its format; all that is new is of format 3."""
    manifests, receipts = lake.ledger("manifest"), lake.ledger("receipt")
    assert manifests[: len(before)] == before
    assert {one["format"] for one in manifests[len(before) :]} == {3}
    assert [one["format"] for one in receipts] == [MADE_BY_FORMAT[one["format"]] for one in manifests]
    origin = {p: before[0]["before"].get(p, 0) for p in manifests[-1]["before"]}
    assert manifests[-1]["origin"] == origin


def check_letters(lake: OldLake) -> None:
    """What 0.1.0 said of its letters is still so; where it could say nothing, this release can."""
    known = CONTENTS[lake.name]["letters"] or []
    found = {(one["partition"], one["offset"]): one for one in lake.letters()}
    places = [(one["partition"], one["offset"]) for one in known]
    # This release says more of each.
    assert [{key: found[at][key] for key in one} for at, one in zip(places, known, strict=True)] == known


def check_every_letter(lake: OldLake) -> None:
    desk = lake.desk
    kept = {place: one for place, one in stored_in(lake.dataset).items() if isinstance(one, Letter)}
    assert len(lake.letters()) == len(kept)
    odd = {(one.timestamp is None, one.header_names is None): place for place, one in kept.items()}
    for partition, offset in odd.values():
        assert desk.json("dead-letters", "show", f"{partition}:{offset}")
    for export in ("letters.jsonl", "letters.parquet"):
        assert desk.code("dead-letters", "export", str(desk.folder / export)) == 0
    assert desk.json("redrive", "--json")["letters"] == len(kept)


@pytest.mark.parametrize("name", CONTENTS)
def test_a_lake_is_read_as_0_1_0_left_it(old_lake: Callable[[str], OldLake], name: str) -> None:
    lake = old_lake(name)
    code, report = lake.desk.code("verify", "--json"), json.loads(lake.desk.capsys.readouterr().out)
    assert (code, report["findings"]) == (0 if lake.ledger("receipt") else NothingDelivered.exit_code, [])
    check_letters(lake)
    assert lake.desk.code("lag") in (0, LagExceeded.exit_code)
    settings = [f"--lake.url={lake.stream.lake.settings.url}", f"--stream.topic={lake.stream.topic}"]
    assert main(["report", "--by=kafka_timestamp", *settings]) == 0


@pytest.mark.parametrize("name", CONTENTS)
def test_a_lake_goes_on_and_is_well(old_lake: Callable[[str], OldLake], name: str) -> None:
    lake = old_lake(name)
    files, manifests = lake.files(), lake.ledger("manifest")
    grow(lake)
    lake.desk.deliver()
    check_formats(lake, manifests)
    check_records(lake)
    assert {key: body for key, body in lake.files().items() if key in files} == files
    code, report = lake.desk.verify()
    assert (code, report["verdict"], report["findings"]) == (0, "ok", [])
    check_letters(lake)
    check_every_letter(lake)


def test_a_header_name_that_is_no_utf_8_is_kept_whatever_the_format(
    old_lake: Callable[[str], OldLake],
) -> None:
    lake = old_lake("stuck_header")
    lake.desk.deliver()
    [letter] = [
        one for one in stored_in(lake.dataset).values() if isinstance(one, Letter) and one.header_names
    ]
    assert letter.header_names == (b"a", BAD_NAME, b"a")
    shown = BAD_NAME.decode(errors="replace")
    assert letter.headers == (("a", b"1"), (shown, b"\xff"), ("a", None))


def test_a_driver_of_this_release_takes_over_what_another_one_stored(
    old_lake: Callable[[str], OldLake],
) -> None:
    """Both run on one open manifest: whoever comes first, nothing is stored otherwise than 0.1.0 does."""
    lake = old_lake("open")
    first, second = lake.stream.driver(), lake.stream.driver()
    first.recover()
    receipt = lake.files()["_waybill/00000000000000000002.receipt.json"]
    second.recover()
    assert lake.files()["_waybill/00000000000000000002.receipt.json"] == receipt
    assert second.position.number == 2
    check_records(lake)
