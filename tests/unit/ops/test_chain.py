"""Which ledgers are sound, and what is said about those that are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from unit.ops.ledgers import TOPIC, Bodies, edited, sound

from waybill_common.settings import LakeSettings
from waybill_ops.audit.audited_ledger import Ledger
from waybill_ops.audit.entries import Span
from waybill_ops.audit.findings import Code
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.ledger_files import read_ledger

Change = Callable[[dict[str, Any]], object]


def read(bodies: Bodies, folder: Path, latest: bytes | None = None) -> Ledger:
    ledger = folder / "names" / "_waybill"
    ledger.mkdir(parents=True, exist_ok=True)
    for (number, kind), body in bodies.items():
        (ledger / f"{number:020d}.{kind}.json").write_bytes(body)
    if latest is not None:
        (ledger / "latest.json").write_bytes(latest)
    return read_ledger(LakeReader(LakeSettings(url=str(folder)), "names"))


def without(*gone: tuple[int, str]) -> Bodies:
    return {entry: body for entry, body in sound().items() if entry not in gone}


def test_a_ledger_as_the_writer_writes_it_is_sound(tmp_path: Path) -> None:
    ledger = read(sound(), tmp_path, b'{"number": 3}')
    assert ledger.findings == []
    assert (ledger.last, ledger.commits, ledger.frontier) == (3, 3, {0: 50, 1: 7})
    assert ledger.home == ("names", TOPIC, "topic-id")
    assert ledger.holes == [Span(0, 20, 30), Span(0, 40, 42), Span(1, 0, 2)]
    assert sum(one.rows for one in ledger.objects.values()) == ledger.counts.rows + ledger.counts.dead
    assert ledger.claims == set()


def test_a_manifest_without_a_receipt_at_the_end_is_open(tmp_path: Path) -> None:
    ledger = read(without((3, "receipt")), tmp_path, b'{"number": 2}')
    assert ledger.findings == []
    assert ledger.last == 2
    assert ledger.claims == {(TOPIC, Span(0, 40, 50)), (TOPIC, Span(1, 0, 7))}


def test_an_empty_folder_has_an_empty_ledger(tmp_path: Path) -> None:
    ledger = read({}, tmp_path)
    assert (ledger.last, ledger.home, ledger.findings) == (0, None, [])


@pytest.mark.parametrize("hint", [None, b"{", b'{"number": "x"}', b"[]", b'{"number": 1}'])
def test_nothing_rests_on_the_hint_but_what_it_names(hint: bytes | None, tmp_path: Path) -> None:
    assert read(sound(), tmp_path, hint).findings == []


@pytest.mark.parametrize(
    ("gone", "named"),
    [
        ([(1, "receipt")], "00000000000000000001.receipt"),
        ([(2, "receipt")], "00000000000000000002.receipt"),
        ([(3, "receipt")], "00000000000000000003.receipt"),
        ([(2, "manifest")], "00000000000000000002.manifest"),
        ([(2, "manifest"), (2, "receipt")], "00000000000000000002.receipt"),
        ([(3, "manifest"), (3, "receipt")], "00000000000000000003.receipt"),
        ([(1, "receipt"), (2, "receipt"), (3, "receipt")], "00000000000000000001.receipt"),
    ],
    ids=str,
)
def test_a_gap_is_named(gone: list[tuple[int, str]], named: str, tmp_path: Path) -> None:
    ledger = read(without(*gone), tmp_path, b'{"number": 3}')
    gaps = [one.where for one in ledger.findings if one.code is Code.LEDGER_GAP]
    assert f"_waybill/{named}.json" in gaps


def test_a_gap_shows_without_the_hint_where_a_later_manifest_is_there(tmp_path: Path) -> None:
    ledger = read(without((2, "receipt"), (3, "receipt")), tmp_path)
    assert [one.where for one in ledger.findings] == ["_waybill/00000000000000000002.receipt.json"]


@pytest.mark.parametrize(
    ("number", "kind", "change", "code"),
    [
        (1, "manifest", lambda f: f.update(before={"0": 5}), Code.CHAIN_BROKEN),
        (3, "manifest", lambda f: f.update(before={"0": 39}), Code.CHAIN_BROKEN),
        (2, "manifest", lambda f: f.update(number=3), Code.CHAIN_BROKEN),
        (2, "manifest", lambda f: f.update(splits=[]), Code.COMMIT_INCONSISTENT),
        (2, "manifest", lambda f: f.update(holes=[]), Code.COMMIT_INCONSISTENT),
        (2, "manifest", lambda f: f.update(after={"0": 41}), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f.update(frontier={"0": 39}), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f.update(rows=0), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f.update(lost=0), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f.update(holes=[]), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f.update(reasons={}), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f.update(topic_id="other"), Code.TOPIC_CHANGED),
        (2, "receipt", lambda f: f.update(splits=[]), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f["splits"][0].update(empty=0), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f["splits"][0]["data"][0].update(rows=1), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f["splits"][0].update(dead_letters=None), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f["splits"][0].update(end=41), Code.COMMIT_INCONSISTENT),
        (
            2,
            "receipt",
            lambda f: f["splits"][0]["data"][0].update(key="data/x.parquet"),
            Code.COMMIT_INCONSISTENT,
        ),
        (3, "receipt", lambda f: f["splits"][0].update(holes=[]), Code.COMMIT_INCONSISTENT),
        (2, "receipt", lambda f: f.update(format=2), Code.ENTRY_UNREADABLE),
        (2, "receipt", lambda f: f.update(kind="manifest"), Code.ENTRY_UNREADABLE),
        (2, "receipt", lambda f: f.pop("empty"), Code.ENTRY_UNREADABLE),
        (2, "receipt", lambda f: f.update(extra=1), Code.ENTRY_UNREADABLE),
        (2, "receipt", lambda f: f.update(rows=True), Code.ENTRY_UNREADABLE),
        (2, "receipt", lambda f: f.update(frontier={"00": 1}), Code.ENTRY_UNREADABLE),
        (2, "manifest", lambda f: f.update(splits={}), Code.ENTRY_UNREADABLE),
        (2, "manifest", lambda f: f["splits"][0].update(end=30), Code.ENTRY_UNREADABLE),
    ],
)
def test_an_edited_entry_is_found_though_every_checksum_behind_it_was_recomputed(
    number: int, kind: str, change: Change, code: Code, tmp_path: Path
) -> None:
    ledger = read(edited(number, kind, change), tmp_path)
    assert (code, f"_waybill/{number:020d}.{kind}.json") in [(one.code, one.where) for one in ledger.findings]


def backfilled(fields: dict[str, Any]) -> None:
    """The first manifest as a backfill's that begins at offset 10: its second split only."""
    fields.update(format=2, before={"0": 10}, splits=fields["splits"][1:])


def test_a_dataset_may_begin_behind_offset_0_if_its_first_manifest_says_so(tmp_path: Path) -> None:
    ledger = read({(1, "manifest"): edited(1, "manifest", backfilled)[1, "manifest"]}, tmp_path)
    assert (ledger.findings, ledger.origin) == ([], {0: 10})
    assert ledger.claims == {(TOPIC, Span(0, 10, 20))}


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (1, lambda f: f.update(format=2)),
        (2, lambda f: f.update(format=2)),
        (1, lambda f: f.update(before={"0": 10}, splits=f["splits"][1:])),
    ],
    ids=["format_2_at_0", "format_2_in_a_later_manifest", "format_1_behind_0"],
)
def test_a_first_manifest_that_does_not_say_where_it_begins_breaks_the_chain(
    number: int, change: Change, tmp_path: Path
) -> None:
    ledger = read(edited(number, "manifest", change), tmp_path)
    wanted = (Code.CHAIN_BROKEN, f"_waybill/{number:020d}.manifest.json")
    assert wanted in [(one.code, one.where) for one in ledger.findings]


@pytest.mark.parametrize(
    ("number", "kind", "named"),
    [
        (1, "receipt", f"{2:020d}.manifest"),
        (2, "receipt", f"{3:020d}.manifest"),
        (2, "manifest", f"{2:020d}.receipt"),
    ],
)
def test_an_edit_without_new_checksums_breaks_the_chain(
    number: int, kind: str, named: str, tmp_path: Path
) -> None:
    bodies = sound()
    bodies[number, kind] += b"\n"
    [finding] = read(bodies, tmp_path).findings
    assert (finding.code, finding.where) == (Code.CHAIN_BROKEN, f"_waybill/{named}.json")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"null", b"\xff", b"[" * 100_000], ids=len)
def test_what_is_no_entry_is_unreadable(body: bytes, tmp_path: Path) -> None:
    ledger = read({**sound(), (3, "receipt"): body}, tmp_path)
    assert [one.code for one in ledger.findings] == [Code.ENTRY_UNREADABLE]
    assert ledger.frontier == {0: 40}


def test_one_object_in_two_receipts_is_found(tmp_path: Path) -> None:
    first = json.loads(sound()[1, "receipt"])["splits"][0]["data"][0]
    ledger = read(edited(2, "receipt", lambda f: f["splits"][0].update(data=[first])), tmp_path)
    assert any("in an earlier receipt already" in one.detail for one in ledger.findings)
