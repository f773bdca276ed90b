"""Entries of every format: read as they were written, and nothing else is one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel
from unit.ledger.entries import manifest1, manifest3, receipt1, receipt3, report1, report3
from unit.ledger.stored import MANIFEST, RECEIPT

from waybill_common.errors import ContractUnknown, LedgerCorrupt
from waybill_common.ledger import receipt_for
from waybill_common.ledger.entry import LARGEST
from waybill_common.ledger.manifest import Manifest1
from waybill_common.ledger.parse import parse_manifest, parse_receipt
from waybill_common.ledger.receipt import Receipt1
from waybill_common.ledger.recent import Recent

Parse = Callable[[str, bytes], Any]
WRITTEN: dict[str, tuple[Parse, bytes]] = {
    "manifest of 0.1.0": (parse_manifest, MANIFEST),
    "receipt of 0.1.0": (parse_receipt, RECEIPT),
    "manifest 1": (parse_manifest, manifest1().to_json()),
    "manifest 3": (parse_manifest, manifest3().to_json()),
    "receipt 1": (parse_receipt, receipt1().to_json()),
    "receipt 3": (parse_receipt, receipt3().to_json()),
}
each_entry = pytest.mark.parametrize(("parse", "body"), WRITTEN.values(), ids=WRITTEN)


@each_entry
def test_an_entry_is_written_again_as_it_was(parse: Parse, body: bytes) -> None:
    assert parse("key", body).to_json() == body


def test_a_commit_of_0_1_0_is_closed_as_it_would_close_it() -> None:
    stored = parse_receipt("key", RECEIPT)
    closed = receipt_for(
        parse_manifest("key", MANIFEST), "c" * 64, stored.splits, writer="d" * 32, release="0.1.0"
    )
    assert closed.to_json() == RECEIPT


def test_reports_of_another_format_than_the_manifests_are_refused() -> None:
    for manifest, report in ((manifest1(), report3()), (manifest3(), report1())):
        with pytest.raises(LedgerCorrupt, match="split reports"):
            receipt_for(manifest, "c" * 64, [report], writer="d" * 32, release="0")


@each_entry
def test_each_field_is_needed(parse: Parse, body: bytes) -> None:
    fields = json.loads(body)
    for name in fields:
        left = {key: value for key, value in fields.items() if key != name}
        with pytest.raises(LedgerCorrupt, match="key can't be used"):
            parse("key", json.dumps(left).encode())


@pytest.mark.parametrize(
    ("parse", "old", "new"),
    [(parse_manifest, manifest1(), manifest3()), (parse_receipt, receipt1(), receipt3())],
    ids=["manifest", "receipt"],
)
def test_formats_are_closed_against_each_other(parse: Parse, old: BaseModel, new: BaseModel) -> None:
    ours, theirs = json.loads(old.model_dump_json()), json.loads(new.model_dump_json())
    for name in sorted(set(theirs) - set(ours)):
        with pytest.raises(LedgerCorrupt, match=name):
            parse("key", json.dumps(ours | {name: theirs[name]}).encode())
    for fields, number in ((ours, 3), (theirs, 1)):
        with pytest.raises(LedgerCorrupt):
            parse("key", json.dumps(fields | {"format": number}).encode())


@pytest.mark.parametrize("parse", [parse_manifest, parse_receipt])
@pytest.mark.parametrize("number", [4, 99, 10**30])
def test_an_entry_of_a_later_format_needs_a_later_release_whatever_else_it_is(
    parse: Parse, number: int
) -> None:
    for body in (f'{{"format": {number}}}', f'{{"is": [{{}}], "format": {number}, "kind": 7}}'):
        with pytest.raises(ContractUnknown, match="needs a later release"):
            parse("key", body.encode())


@pytest.mark.parametrize("format", [None, 0, -1, 1.0, 3.0, "3", True, [3], {}], ids=repr)
@pytest.mark.parametrize("parse", [parse_manifest, parse_receipt])
def test_a_format_that_is_none_is_refused(parse: Parse, format: object) -> None:  # noqa: A002
    for entry in (manifest3(), receipt3()):
        fields = json.loads(entry.model_dump_json()) | {"format": format}
        with pytest.raises(LedgerCorrupt, match="format"):
            parse("key", json.dumps(fields).encode())


def test_a_receipt_of_format_2_is_none() -> None:
    with pytest.raises(LedgerCorrupt, match="format: 2 is none"):
        parse_receipt("key", RECEIPT.replace(b'"format": 1', b'"format": 2'))


def with_value(entry: BaseModel, path: str, text: str) -> bytes:
    """The entry's JSON with one value replaced by a text, which need not be JSON."""
    fields = json.loads(entry.model_dump_json())
    place: Any = fields
    *steps, last = path.split(".")
    for step in steps:
        place = place[int(step) if isinstance(place, list) else step]
    place[int(last) if isinstance(place, list) else last] = "@@"
    return json.dumps(fields).replace('"@@"', text).encode()


HOSTILE_NUMBERS = {
    "1e400": "1e400",
    "-1": "-1",
    "10^30": "1" + "0" * 30,
    "above int64": str(LARGEST + 1),
    "5,000 digits": "9" * 5000,
    "true": "true",
    "a text": '"5"',
    "a fraction": "5.0",
    "null": "null",
    "NaN": "NaN",
    "Infinity": "-Infinity",
    "deep": "[" * 100_000 + "]" * 100_000,
    "deeper": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "a lone surrogate": '"\\ud800"',
}
NUMBERS = {
    "manifest frontier": (parse_manifest, manifest3(), "after.0"),
    "manifest origin": (parse_manifest, manifest3(), "origin.0"),
    "manifest split": (parse_manifest, manifest3(), "splits.0.end"),
    "old manifest frontier": (parse_manifest, manifest1(), "before.0"),
    "receipt frontier": (parse_receipt, receipt3(), "frontier.0"),
    "receipt recent": (parse_receipt, receipt3(), "recent.records"),
    "receipt time": (parse_receipt, receipt3(), "splits.0.data.0.time.max"),
    "old receipt rows": (parse_receipt, receipt1(), "rows"),
    "receipt number": (parse_receipt, receipt3(), "number"),
}


@pytest.mark.parametrize("text", HOSTILE_NUMBERS.values(), ids=HOSTILE_NUMBERS)
@pytest.mark.parametrize(("parse", "entry", "path"), NUMBERS.values(), ids=NUMBERS)
def test_no_number_but_one_of_64_bits_is_taken(parse: Parse, entry: BaseModel, path: str, text: str) -> None:
    with pytest.raises(LedgerCorrupt) as caught:
        parse("key", with_value(entry, path, text))
    assert len(str(caught.value)) < 1500


BAD_NAMES = ["00", " 0", "+0", "-0", "0.0", "1_0", "٠", "", "2147483648", "9" * 400]


@pytest.mark.parametrize("name", BAD_NAMES, ids=repr)
@pytest.mark.parametrize(
    ("parse", "entry", "frontier"),
    [(parse_manifest, manifest3(), "origin"), (parse_receipt, receipt1(), "frontier")],
    ids=["manifest", "receipt"],
)
def test_a_partition_has_one_spelling(parse: Parse, entry: BaseModel, frontier: str, name: str) -> None:
    fields = json.loads(entry.model_dump_json())
    fields[frontier] = {"0": 0, name: 0}
    with pytest.raises(LedgerCorrupt, match=frontier):
        parse("key", json.dumps(fields).encode())


def test_a_name_that_is_there_twice_is_refused_at_any_depth() -> None:
    twice = [
        MANIFEST.replace(b'"number": 1,', b'"number": 1, "number": 1,'),
        MANIFEST.replace(b'"10": 2', b'"10": 2, "10": 2'),
        MANIFEST.replace(b'"end": 2', b'"end": 2, "\\u0065nd": 2'),
    ]
    for body in twice:
        assert body != MANIFEST
        with pytest.raises(LedgerCorrupt, match="is there twice"):
            parse_manifest("key", body)


OUTSIDE = [
    "../../x",
    "../x.parquet",
    "/etc/passwd",
    "data/../../x-0-00000000000000000000-00000000000000000001.parquet",
    "data/date=2026-11-22/../t-0-00000000000000000000-00000000000000000001.parquet",
    "data//t-0-00000000000000000000-00000000000000000001.parquet",
    "data/date=a\0b/t-0-00000000000000000000-00000000000000000001.parquet",
    "data/date=2026-11-22/t-0-00000000000000000000-00000000000000000001.parquet\n",
    "data/date=2026-11-22/t-0-0-1.parquet",
    "dead_letters/a/t-0-00000000000000000000-00000000000000000001.parquet",
    "_waybill/latest.json",
    "",
]


@pytest.mark.parametrize("key", OUTSIDE, ids=repr)
@pytest.mark.parametrize("entry", [receipt1(), receipt3()], ids=["1", "3"])
def test_a_receipt_names_objects_of_its_dataset_only(entry: BaseModel, key: str) -> None:
    for path in ("splits.0.data.0.key", "splits.0.dead_letters.key"):
        with pytest.raises(LedgerCorrupt, match="key"):
            parse_receipt("entry", with_value(entry, path, json.dumps(key)))


@pytest.mark.parametrize("topic", ["../x", "a/b", "", "t" * 250, "a\0"], ids=repr)
def test_a_topic_is_one(topic: str) -> None:
    for entry in (manifest1(), manifest3()):
        with pytest.raises(LedgerCorrupt, match="topic"):
            parse_manifest("key", with_value(entry, "topic", json.dumps(topic)))


def test_what_is_no_entry_is_refused_in_little_memory() -> None:
    for body in (
        b"",
        b"\xff",
        b"[" * 10**6,
        b"[" + b"[]," * 10**6,
        b'"' + b"x" * 10**7,
        b" " * 10**7,
        b"null",
    ):
        for parse in (parse_manifest, parse_receipt):
            with pytest.raises(LedgerCorrupt):
                parse("key", body)


def test_an_empty_manifest_is_read_where_nothing_moves() -> None:
    empty = manifest3(before={0: 4}, after={0: 4}, origin={0: 4}, splits=(), holes=())
    assert parse_manifest("key", empty.to_json()) == empty
    with pytest.raises(ValueError, match="covered up to 0, frontier says 10"):
        manifest3(splits=())
    with pytest.raises(ValueError, match="moves nothing"):
        manifest1(after={0: 0}, splits=())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"origin": {}}, "missing from the origin"),
        ({"origin": {0: 1}}, "begins at"),
        ({"before": {0: 0, 1: 0}, "after": {0: 10}, "origin": {0: 0, 1: 0}}, "missing from the frontier"),
    ],
    ids=["no origin", "another origin", "no end"],
)
def test_a_manifest_says_where_its_dataset_begins(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        manifest3(**changes)
    later = manifest3(number=2, previous_receipt="a" * 64, before={0: 10}, after={0: 20}, origin={0: 3}, splits=(
        manifest3().splits[0].model_copy(update={"start": 10, "end": 20}),
    ))  # fmt: skip
    assert later.origin == {0: 3}


@pytest.mark.parametrize(
    ("before", "recent"),
    [(None, (9, 1)), (Recent(records=990, dead=7), (999, 8)), (Recent(records=999, dead=0), (1008, 1))],
)
def test_recent_counts_on(before: Recent | None, recent: tuple[int, int]) -> None:
    found = receipt_for(manifest3(), "c" * 64, [report3()], writer="d" * 32, release="0", before=before)
    assert not isinstance(found, Receipt1)
    assert (found.recent.records, found.recent.dead) == recent


@pytest.mark.parametrize(
    ("manifest", "format"),
    [({}, 1), ({"format": 2, "before": {0: 3}, "splits": ({"partition": 0, "start": 3, "end": 10},)}, 2)],
    ids=["1", "2"],
)
def test_format_2_is_a_first_manifest_that_begins_beyond_0(manifest: dict[str, Any], format: int) -> None:  # noqa: A002
    fields = json.loads(manifest1().model_dump_json()) | manifest
    assert parse_manifest("key", json.dumps(fields, default=dict).encode()).format == format
    with pytest.raises(LedgerCorrupt, match=f"format {3 - format} under number 1"):
        parse_manifest("key", json.dumps(fields | {"format": 3 - format}).encode())
    assert Manifest1.model_fields.keys() <= type(manifest3()).model_fields.keys()


@pytest.mark.parametrize("path", ["layout.row_group_rows", "contract.version"])
def test_a_layout_and_a_version_have_numbers_of_64_bits_too(path: str) -> None:
    for entry in (manifest1(), manifest3()):
        with pytest.raises(LedgerCorrupt, match=path):
            parse_manifest("key", with_value(entry, path, str(LARGEST + 1)))


def test_recent_dead_letters_are_among_the_recent_records() -> None:
    """Else the next receipt's sum would be beyond what an entry holds."""
    with pytest.raises(LedgerCorrupt, match=f"{LARGEST} dead letters among"):
        parse_receipt("key", with_value(receipt3(), "recent.dead", str(LARGEST)))


@pytest.mark.parametrize("entry", [receipt1(), receipt3()], ids=["1", "3"])
@pytest.mark.parametrize("frontier", [{}, {"0": 9}, {"1": 10}], ids=["empty", "before its end", "of another"])
def test_a_receipt_reaches_its_frontier(entry: BaseModel, frontier: dict[str, int]) -> None:
    """Else what it has delivered would be delivered again, under other names."""
    with pytest.raises(LedgerCorrupt, match="ends beyond the frontier"):
        parse_receipt("key", with_value(entry, "frontier", json.dumps(frontier)))
