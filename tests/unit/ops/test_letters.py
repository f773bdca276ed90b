"""Finding, filtering, showing and exporting dead letters, from a lake of a few files."""

from __future__ import annotations

import json
import os
import re
import stat
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.ops.ledgers import sound
from unit.ops.letters import letter, status

from waybill_common.contract.arrow import DEAD_LETTERS
from waybill_common.contract.instant import format_instant
from waybill_common.errors import LakeRefused, LedgerCorrupt, SettingsRefused
from waybill_common.screen import Screen
from waybill_common.settings import LakeSettings, Settings, StreamSettings
from waybill_ops.dead_letters.dead_letter import DeadLetterState, KeptDeadLetter, parse_coordinates
from waybill_ops.dead_letters.export import export_dead_letters
from waybill_ops.dead_letters.filter_flags import add_filters, partition_and_offset, selection_of
from waybill_ops.dead_letters.finding import open_dead_letters
from waybill_ops.dead_letters.listing import list_dead_letters, print_listing, readable, stated, whole
from waybill_ops.dead_letters.moment import format_millis
from waybill_ops.dead_letters.selection import Selection
from waybill_ops.messages import counted

LETTERS = [letter(0), letter(1, reason="not_json", value=b"\xff"), letter(5, 1), letter(7, 1, value=None)]


def lake(folder: Path, bodies: Mapping[tuple[int, str], bytes]) -> Settings:
    """The sound ledger's letters: one object in commit 2, one in commit 3, and one that no receipt names."""
    ledger, letters = folder / "names" / "_waybill", folder / "names" / "dead_letters"
    ledger.mkdir(parents=True)
    letters.mkdir()
    for (number, kind), body in bodies.items():
        report = json.loads(body)
        for split in report["splits"] if kind == "receipt" else ():
            if split["dead_letters"]:
                path = folder / "names" / split["dead_letters"]["key"]
                write(path, split)
                split["dead_letters"]["bytes"] = path.stat().st_size
        (ledger / f"{number:020d}.{kind}.json").write_text(json.dumps(report))
    write(letters / "names_topic-0-00000000000000000900-00000000000000000901.parquet", {"start": 900})
    return Settings(lake=LakeSettings(url=str(folder)))


def write(path: Path, split: Mapping[str, int]) -> None:
    row = {
        "kafka_partition": split.get("partition", 0),
        "kafka_offset": split["start"],
        "kafka_timestamp": datetime(2026, 11, 22, tzinfo=UTC),
        "key": None,
        "value": b"\xff",
        "headers": [{"name": "h", "value": b"1"}],
        "reason": "not_json",
        "detail": "",
    }
    pq.write_table(pa.Table.from_pylist([row], schema=DEAD_LETTERS), path)


def test_only_letters_that_a_receipt_names_count(tmp_path: Path) -> None:
    box = open_dead_letters(lake(tmp_path, sound()))
    assert box.topic_id == "topic-id"
    found = list(box.dead_letters(Selection()))
    assert [(one.coordinates.partition, one.coordinates.offset) for one in found] == [
        (0, 30),
        (0, 40),
        (1, 0),
    ]
    assert (found[0].value, found[0].headers) == (b"\xff", ((b"h", b"1"),))
    assert [one.coordinates.offset for one in box.dead_letters(Selection(partitions=frozenset({1})))] == [0]


def test_a_lake_without_receipts_has_no_letters(tmp_path: Path) -> None:
    box = open_dead_letters(lake(tmp_path, {}))
    assert (box.topic_id, list(box.dead_letters(Selection()))) == (None, [])


def test_what_can_not_be_used_is_named(tmp_path: Path) -> None:
    opened = lake(tmp_path, sound())
    with pytest.raises(LakeRefused, match="topic names_topic"):
        open_dead_letters(opened.model_copy(update={"stream": StreamSettings(topic="other")}))
    box = open_dead_letters(opened)
    path = tmp_path / "names" / box.objects[0][1].key
    path.write_bytes(b"no Parquet")
    with pytest.raises(LakeRefused, match=path.name):
        list(box.dead_letters(Selection()))
    path.unlink()
    with pytest.raises(LakeRefused, match="it is not there"):
        list(box.dead_letters(Selection()))
    (tmp_path / "names/_waybill/00000000000000000002.receipt.json").write_bytes(b"{")
    with pytest.raises(LedgerCorrupt, match="00000000000000000002"):
        open_dead_letters(opened)


def chosen(*words: str) -> list[tuple[int, int]]:
    parser = ArgumentParser()
    add_filters(parser)
    selection = selection_of(parser.parse_args(words))
    return [(one.coordinates.partition, one.coordinates.offset) for one in LETTERS if selection.takes(one)]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ([], [(0, 0), (0, 1), (1, 5), (1, 7)]),
        (["--reason=not_json"], [(0, 1)]),
        (["--reason=not_json", "--reason=wrong_type"], [(0, 0), (0, 1), (1, 5), (1, 7)]),
        (["--partition=1"], [(1, 5), (1, 7)]),
        (["--offset=1-7"], [(0, 1), (1, 5)]),
        (["--offset=0", "--offset=7"], [(0, 0), (1, 7)]),
        (["--from=2026-11-22T01:00", "--to=2026-11-22T08:00:00+01:00"], [(0, 1), (1, 5)]),
        (["--from=2026-11-23"], []),
        (["--partition=0", "--offset=5-9"], []),
    ],
    ids=lambda words: " ".join(map(str, words)),
)
def test_filters_choose(words: list[str], wanted: list[tuple[int, int]]) -> None:
    assert chosen(*words) == wanted


@pytest.mark.parametrize(
    "word",
    [
        "--reason=x",
        "--from=noon",
        "--from=0001-01-01T00:00:00+05:00",
        "--partition=-1",
        "--partition=x",
        "--offset=5-5",
        "--offset=7-5",
        "--offset=x",
    ],
)
def test_a_filter_that_means_nothing_is_refused(word: str) -> None:
    with pytest.raises(SystemExit):
        chosen(word)


@given(
    offset=st.integers(0, 30), start=st.integers(0, 30), length=st.integers(1, 9), low=st.integers(0, 30),
    more=st.integers(1, 9), partition=st.integers(0, 1),
)  # fmt: skip
def test_an_object_is_passed_over_only_if_it_holds_nothing_that_is_taken(
    offset: int, start: int, length: int, low: int, more: int, partition: int
) -> None:
    selection = Selection(partitions=frozenset({1}), offsets=(range(low, low + more),))
    if start <= offset < start + length and selection.takes(letter(offset, partition)):
        assert selection.may_take_from(partition, start, start + length)


def test_a_listing_counts_all_and_shows_the_first() -> None:
    statuses = {LETTERS[0].coordinates: status(LETTERS[0].coordinates)}
    listing = list_dead_letters(stated(LETTERS, statuses, frozenset()), limit=2)
    assert (listing.total, listing.more, dict(listing.reasons)) == (4, 2, {"wrong_type": 3, "not_json": 1})
    assert dict(listing.states) == {"redriven": 1, "open": 3}
    assert [
        one.coordinates.offset for one, _ in stated(LETTERS, statuses, frozenset({DeadLetterState.REDRIVEN}))
    ] == [0]


def test_bytes_are_text_where_they_are_utf_8() -> None:
    assert [readable(raw) for raw in (None, b"", "é".encode(), b"\xff")] == [
        None,
        {"text": ""},
        {"text": "é"},
        {"base64": "/w=="},
    ]


def test_an_export_holds_every_letter_whole(tmp_path: Path) -> None:
    letters = [(one, DeadLetterState.OPEN) for one in LETTERS]
    assert export_dead_letters(letters, tmp_path / "x.jsonl") == 4
    lines = (tmp_path / "x.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [whole(*one) for one in letters]
    assert export_dead_letters(letters, tmp_path / "x.parquet") == 4
    rows = pq.read_table(tmp_path / "x.parquet").to_pylist()
    assert [(row["kafka_offset"], row["value"], row["state"]) for row in rows] == [
        (one.coordinates.offset, one.value, "open") for one in LETTERS
    ]
    with pytest.raises(SettingsRefused, match="File exists"):
        export_dead_letters(letters, tmp_path / "x.parquet")


@pytest.mark.parametrize("name", ["x.jsonl", "x.parquet"])
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277], ids=oct)
def test_an_export_is_its_owners_alone_whatever_the_umask(name: str, umask: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        export_dead_letters([(one, DeadLetterState.OPEN) for one in LETTERS], tmp_path / name)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o666, 0o600], ids=oct)
def test_nothing_is_written_into_a_file_that_is_there(mode: int, tmp_path: Path) -> None:
    (tmp_path / "open").write_text("before")
    (tmp_path / "open").chmod(mode)
    (tmp_path / "link").symlink_to("open")
    for name in ("open", "link"):
        with pytest.raises(SettingsRefused, match="File exists"):
            export_dead_letters([(one, DeadLetterState.OPEN) for one in LETTERS], tmp_path / name)
    assert (tmp_path / "open").read_text() == "before"


def test_of_an_export_that_ends_early_nothing_is_left(tmp_path: Path) -> None:
    def some() -> Iterator[tuple[KeptDeadLetter, DeadLetterState]]:
        yield LETTERS[0], DeadLetterState.OPEN
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_dead_letters(some(), tmp_path / "x.jsonl")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["names_topic/0/117", "a/b/3/0"])
def test_a_place_is_spelled_one_way(text: str) -> None:
    place = parse_coordinates(text)
    assert place is not None
    assert str(place) == text


@pytest.mark.parametrize("text", ["", "names_topic/0", "names_topic/01/1", "/0/1", "names_topic/0/-1"])
def test_what_is_no_place_is_none(text: str) -> None:
    assert parse_coordinates(text) is None


def test_a_place_on_the_command_line_is_a_partition_and_an_offset() -> None:
    assert partition_and_offset("3:117") == (3, 117)


STRANGE = [
    letter(0, timestamp=-1),
    letter(1, timestamp=1795917241691000),
    letter(2, timestamp=2**63 - 1),
    letter(3, timestamp=-(2**63), reason="bad_timestamp"),
    letter(4, timestamp=None),
    letter(5, headers=((b"trace\xff\xfe", b"\xff"), ("é".encode(), None))),
    letter(6, key=b"\xff\x00", value=b"\x00" * (1 << 20)),
    letter(7, detail="\x1b[31m: unknown_field"),
]
TIMES = [
    "1969-12-31T23:59:59.999000Z", "+58880-05-08T04:28:11.000000Z", "+292278994-08-17T07:12:55.807000Z",
    "-292275055-05-16T16:47:04.192000Z", None,
]  # fmt: skip


def test_a_letter_of_any_time_and_any_bytes_is_shown() -> None:
    told = [whole(one, DeadLetterState.OPEN) for one in STRANGE]
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert [(one["timestamp"], one["timestamp_ms"]) for one in told[:5]] == [
        (text, one.timestamp) for text, one in zip(TIMES, STRANGE, strict=False)
    ]
    assert told[5]["headers"] == [
        {"name": "trace\ufffd\ufffd", "name_base64": "dHJhY2X//g==", "value": {"base64": "/w=="}},
        {"name": "é", "value": None},
    ]
    table = StringIO()
    listing = list_dead_letters([(one, DeadLetterState.OPEN) for one in STRANGE], 20)
    print_listing(listing, Screen(table, piped_width=160))
    assert "+58880-05-08" in table.getvalue()
    assert "\\x1b" in table.getvalue()
    assert "\x1b[31m" not in table.getvalue()


def test_reasons_are_text_for_a_terminal() -> None:
    """Whoever can write to the lake can make one up."""
    out = StringIO()
    listing = list_dead_letters([(letter(reason="[/red]\x1b[2J"), DeadLetterState.OPEN)], 20)
    print_listing(listing, Screen(out, piped_width=160))
    assert r"1 dead letter: 1 [/red]\x1b[2J" in out.getvalue()


def test_one_of_a_kind_is_not_told_as_several() -> None:
    assert [counted(number, "commit") for number in (0, 1, 1000)] == [
        "0 commits",
        "1 commit",
        "1,000 commits",
    ]


def test_a_letter_of_any_time_and_any_bytes_is_exported(tmp_path: Path) -> None:
    letters = [(one, DeadLetterState.OPEN) for one in STRANGE]
    assert export_dead_letters(letters, tmp_path / "x.jsonl") == len(STRANGE)
    lines = (tmp_path / "x.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [whole(*one) for one in letters]
    assert export_dead_letters(letters, tmp_path / "x.parquet") == len(STRANGE)
    rows = pq.read_table(tmp_path / "x.parquet").to_pylist()
    assert [row["kafka_timestamp_ms"] for row in rows[:6]] == [
        None,
        1795917241691000,
        2**63 - 1,
        -(2**63),
        -1,
        None,
    ]
    assert [row["kafka_timestamp"] is None for row in rows[:6]] == [False, True, True, True, True, False]
    assert rows[5]["header_names"] == [b"trace\xff\xfe", "é".encode()]
    assert rows[0]["header_names"] is None


def test_a_time_filter_takes_any_time_and_none_without_one() -> None:
    def offsets(selection: Selection) -> list[int]:
        return [one.coordinates.offset for one in STRANGE[:5] if selection.takes(one)]

    assert offsets(Selection(since=datetime(2026, 1, 1, tzinfo=UTC))) == [1, 2]
    assert offsets(Selection(until=datetime(2026, 1, 1, tzinfo=UTC))) == [0, 3]
    assert offsets(Selection()) == [0, 1, 2, 3, 4]


@given(st.integers(-(2**63), 2**63 - 1))
@settings(max_examples=1000)
def test_a_moment_is_spelled_as_python_spells_it_and_beyond_its_calendar_too(millis: int) -> None:
    text = format_millis(millis)
    assert re.fullmatch(
        r"([0-9]{4}|[+-][0-9]{4,9})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}000Z", text
    )
    if -62_135_596_800_000 <= millis <= 253_402_300_799_999:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)
        assert text == format_instant(moment)


@pytest.mark.parametrize("format", ["old", "exception", "new"])
def test_letters_of_every_format_are_read(format: str, tmp_path: Path) -> None:  # noqa: A002
    box = open_dead_letters(lake(tmp_path, sound()))
    path = tmp_path / "names" / box.objects[0][1].key
    stamps, names = [1795917241691000_000, -1000], None
    columns = {
        "kafka_partition": pa.array([0, 0], pa.int32()),
        "kafka_offset": pa.array([30, 31], pa.int64()),
        "kafka_timestamp": pa.array(stamps, pa.timestamp("us", tz="UTC")),
        "key": pa.array([b"\xff", None]),
        "value": pa.array([None, b""]),
        "headers": pa.array([[], [{"name": "x\ufffd", "value": b"1"}]], DEAD_LETTERS.field("headers").type),
        "reason": pa.array(["bad_value", "not_json"]),
        "detail": pa.array(["kafka_timestamp: bad_value", ""]),
    }
    if format != "old":
        names = [None, [b"x\xff"]]
        columns["kafka_timestamp"] = pa.array([None, None], pa.timestamp("us", tz="UTC"))
        columns["header_names"] = pa.array(names, pa.list_(pa.binary()))
        columns["kafka_timestamp_ms"] = pa.array([2**63 - 1, -1], pa.int64())
    pq.write_table(pa.table(columns), path)
    (stored,) = (one for _, one in box.objects[:1])
    one = replace(box, objects=((box.objects[0][0], replace(stored, bytes=path.stat().st_size)),))
    first, second = one.dead_letters(Selection())
    assert (first.timestamp, second.timestamp) == (
        (1795917241691000, -1) if format == "old" else (2**63 - 1, None)
    )
    assert second.headers == ((b"x\xff" if names else "x\ufffd".encode(), b"1"),)
    assert (first.key, first.value, second.key, second.value) == (b"\xff", None, None, b"")


@pytest.mark.parametrize("text", ["t/0/" + "9" * 5000, "t/" + "9" * 5000 + "/1"], ids=["offset", "partition"])
def test_a_place_of_any_length_is_none(text: str) -> None:
    assert parse_coordinates(text) is None
