"""The ledger's I/O on a local folder: what it refuses, what it makes of hints, who may close what."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import structlog
from unit.ledger.entries import manifest1, report1

from waybill_common.errors import ContractUnknown, DriverFenced, LakeRefused, LedgerCorrupt
from waybill_common.kafka import TopicState
from waybill_common.lake import Lake, create, open_lake
from waybill_common.ledger import (
    Journal,
    Layout,
    LedgerPosition,
    Manifest,
    ManifestPlan,
    Open,
    Receipt,
    Situation,
    Split,
    SplitReport3,
    next_step,
    receipt_for,
)
from waybill_common.ledger.entry import LARGEST, Frontier
from waybill_common.ledger.keys import LATEST, manifest_key, receipt_key
from waybill_common.settings import LakeSettings
from waybill_streams.names import NAMES

ME, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(LakeSettings(url=f"{tmp_path}/lake"), "names")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lake" / "names"


def planned(at: LedgerPosition, writer: str, origin: Frontier | None = None) -> Manifest:
    """The manifest that moves the next ten offsets."""
    end = at.frontier.get(0, 0) + 10
    topic = TopicState("names_topic", "id-1", log_starts={0: 0}, log_ends={0: end})
    layout = Layout(row_group_rows=100, compression="zstd")
    plan = ManifestPlan("names_topic", NAMES, layout, 1000, accept_loss=False, writer=writer, release="0")
    step = next_step(Situation(at, topic, {0: end}, origin or {}), plan)
    assert isinstance(step, Open)
    return step.manifest


def closed(at: LedgerPosition, writer: str) -> Receipt:
    """The receipt of the open manifest, as if its offsets had held no record."""
    assert at.open is not None
    reports = [
        SplitReport3(
            partition=split.partition,
            start=split.start,
            end=split.end,
            rows=0,
            dead=0,
            skipped=0,
            empty=split.length,
            lost=0,
            tombstones=0,
            raw_bytes=0,
            holes=(),
            reasons={},
            data=(),
            dead_letters=None,
        )
        for split in at.open.splits
    ]
    return receipt_for(at.open, at.open_sha256 or "", reports, writer=writer, release="0")


def commit(journal: Journal, times: int) -> LedgerPosition:
    at = journal.position()
    for _ in range(times):
        at = journal.open(at, planned(at, journal.writer))
        assert at.open is not None
        at = journal.close(at.open, closed(at, journal.writer))
    return at


def test_an_empty_folder_is_a_ledger_at_its_beginning(lake: Lake) -> None:
    at = Journal(lake, ME).position()
    assert (at.number, at.frontier, at.open) == (0, {}, None)


def test_who_reads_anew_stands_where_who_wrote_stands(lake: Lake) -> None:
    written = commit(Journal(lake, ME), 3)
    assert (written.number, written.frontier) == (3, {0: 30})
    assert Journal(lake, OTHER).position() == written


def test_an_open_manifest_is_found_again_whoever_wrote_it(lake: Lake) -> None:
    mine = Journal(lake, ME)
    at = commit(mine, 1)
    opened = mine.open(at, planned(at, ME))
    assert Journal(lake, OTHER).position() == opened
    assert opened.open is not None
    assert opened.open.writer == ME


def test_of_two_drivers_that_open_one_number_the_second_finds_the_firsts_manifest(lake: Lake) -> None:
    mine, other = Journal(lake, ME), Journal(lake, OTHER)
    at = mine.position()
    mine.open(at, planned(at, ME))
    found = other.open(at, planned(at, OTHER))
    assert found.open is not None
    assert found.open.writer == ME


def test_a_driver_whose_commit_another_closed_is_fenced(lake: Lake) -> None:
    mine, other = Journal(lake, ME), Journal(lake, OTHER)
    opened = mine.open(mine.position(), planned(mine.position(), ME))
    assert opened.open is not None
    other.close(opened.open, closed(opened, OTHER))
    with pytest.raises(DriverFenced, match="Commit 1"):
        mine.close(opened.open, closed(opened, ME))


def test_a_driver_that_only_helped_goes_on(lake: Lake) -> None:
    mine, other = Journal(lake, ME), Journal(lake, OTHER)
    opened = mine.open(mine.position(), planned(mine.position(), ME))
    assert opened.open is not None
    first = mine.close(opened.open, closed(opened, ME))
    assert other.close(opened.open, closed(opened, OTHER)) == first


@pytest.mark.parametrize("kind", ["manifest", "receipt"])
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"format": 2}', b"\xff"], ids=["empty", "cut", "list", "format", "bytes"]
)
def test_an_entry_that_cant_be_read_is_refused_by_name(
    kind: str, body: bytes, lake: Lake, folder: Path
) -> None:
    journal = Journal(lake, ME)
    at = commit(journal, 2)
    journal.open(at, planned(at, ME))
    key = manifest_key(3) if kind == "manifest" else receipt_key(2)
    (folder / key).write_bytes(body)
    with pytest.raises(LedgerCorrupt, match=key):
        journal.position()


@pytest.mark.parametrize("hint", [True, False], ids=["with latest", "without latest"])
@pytest.mark.parametrize("key", [receipt_key(2), manifest_key(2)], ids=["receipt", "manifest"])
def test_a_skipped_number_is_refused_by_name(key: str, hint: bool, lake: Lake, folder: Path) -> None:
    commit(Journal(lake, ME), 3)
    if hint:
        (folder / LATEST).write_text('{"number": 1}')
    else:
        (folder / LATEST).unlink()
    (folder / key).unlink()
    with pytest.raises(LedgerCorrupt, match=key):
        Journal(lake, ME).position()


def test_an_open_manifest_behind_a_missing_receipt_is_refused(lake: Lake, folder: Path) -> None:
    journal = Journal(lake, ME)
    at = commit(journal, 2)
    journal.open(at, planned(at, ME))
    (folder / receipt_key(2)).unlink()
    with pytest.raises(LedgerCorrupt, match=receipt_key(2)):
        journal.position()


def test_a_manifest_that_does_not_follow_its_receipt_is_refused(lake: Lake, folder: Path) -> None:
    journal = Journal(lake, ME)
    at = commit(journal, 2)
    journal.open(at, planned(at, ME))
    text = (folder / manifest_key(3)).read_text()
    (folder / manifest_key(3)).write_text(text.replace(at.receipt_sha256 or "", "0" * 64))
    with pytest.raises(LedgerCorrupt, match="does not follow receipt 2"):
        journal.position()


def test_a_receipt_under_another_number_is_refused(lake: Lake, folder: Path) -> None:
    commit(Journal(lake, ME), 2)
    (folder / receipt_key(2)).write_bytes((folder / receipt_key(1)).read_bytes())
    with pytest.raises(LedgerCorrupt, match="it says number 1"):
        Journal(lake, ME).position()


HINTS = {
    "absent": None,
    "behind": '{"number": 1}',
    "ahead": '{"number": 99}',
    "negative": '{"number": -1}',
    "zero": '{"number": 0}',
    "cut": "{",
    "list": "[]",
    "deep": "[" * 2000,
    "an infinite number": '{"number": 1e400}',
    "a number of 30 digits": '{"number": 1' + "0" * 30 + "}",
    "a number of 4,000 digits": '{"number": 1' + "0" * 4000 + "}",
    "true": '{"number": true}',
    "a text": '{"number": "3"}',
    "a fraction": '{"number": 3.0}',
    "twice": '{"number": 3, "number": 3}',
    "no number": '{"number": NaN}',
    "blank and long": " " * 100_000,
}


@pytest.mark.parametrize("text", HINTS.values(), ids=HINTS)
def test_the_hint_may_say_what_it_likes(text: str | None, lake: Lake, folder: Path) -> None:
    at = commit(Journal(lake, ME), 3)
    if text is None:
        (folder / LATEST).unlink()
    else:
        (folder / LATEST).write_text(text)
    assert Journal(lake, ME).position() == at


def test_the_hint_names_the_last_receipt(lake: Lake, folder: Path) -> None:
    commit(Journal(lake, ME), 2)
    assert json.loads((folder / LATEST).read_text()) == {"number": 2}


def test_a_folder_with_data_and_no_ledger_is_refused(lake: Lake, folder: Path) -> None:
    (folder / "data" / "date=2026-11-22").mkdir(parents=True)
    (folder / "data" / "date=2026-11-22" / "x.parquet").write_bytes(b"x")
    with pytest.raises(LakeRefused, match="holds objects below data/ but no ledger"):
        Journal(lake, ME).position()


def test_a_hint_of_a_gigabyte_is_not_read(lake: Lake, folder: Path) -> None:
    at = commit(Journal(lake, ME), 2)
    with (folder / LATEST).open("wb") as file:
        file.truncate(2**30)
    with structlog.testing.capture_logs() as logs:
        assert Journal(lake, ME).position() == at
    assert [(line["event"], line["why"]) for line in logs] == [
        ("latest_unreadable", "it has 1073741824 bytes, at most 4096 are read")
    ]


@pytest.mark.parametrize("key", [receipt_key(2), manifest_key(3)], ids=["receipt", "manifest"])
def test_an_entry_of_a_gigabyte_is_refused_unread(key: str, lake: Lake, folder: Path) -> None:
    journal = Journal(lake, ME)
    at = commit(journal, 2)
    journal.open(at, planned(at, ME))
    with (folder / key).open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(LedgerCorrupt, match=f"{key} can't be used: it has 1073741824 bytes"):
        journal.position()


def test_a_pipe_in_the_place_of_an_entry_is_refused(lake: Lake, folder: Path) -> None:
    journal, key = Journal(lake, ME), receipt_key(2)
    commit(journal, 2)
    (folder / key).unlink()
    os.mkfifo(folder / key)
    with pytest.raises(LedgerCorrupt, match=f"{key} can't be used: it is no regular file"):
        journal.position()


def test_a_pipe_in_the_place_of_the_hint_is_not_read(lake: Lake, folder: Path) -> None:
    journal = Journal(lake, ME)
    at = commit(journal, 2)
    (folder / LATEST).unlink()
    os.mkfifo(folder / LATEST)
    assert journal.position() == at


def test_an_entry_of_a_later_format_is_left_to_a_later_release(lake: Lake, folder: Path) -> None:
    commit(Journal(lake, ME), 2)
    (folder / receipt_key(2)).write_text('{"format": 4}')
    with pytest.raises(ContractUnknown, match="lake format 4"):
        Journal(lake, ME).position()


def test_no_manifest_of_an_old_format_follows_a_new_receipt(lake: Lake, folder: Path) -> None:
    at = commit(Journal(lake, ME), 1)
    old = manifest1(
        number=2,
        previous_receipt=at.receipt_sha256,
        before={0: 10},
        after={0: 20},
        splits=(Split(partition=0, start=10, end=20),),
    )
    (folder / manifest_key(2)).write_bytes(old.to_json())
    with pytest.raises(LedgerCorrupt, match="does not follow receipt 1"):
        Journal(lake, ME).position()


def test_a_datasets_origin_is_that_of_its_first_manifest_through_all_formats(lake: Lake) -> None:
    journal = Journal(lake, ME)
    before = {0: 4}
    first = manifest1(format=2, topic_id="id-1", before=before, splits=(Split(partition=0, start=4, end=10),))
    assert journal.origin(journal.position()) == {}
    at = journal.open(journal.position(), first)
    report = report1().model_copy(update={"start": 4, "empty": 5, "rows": 0, "data": ()})
    receipt = receipt_for(first, at.open_sha256 or "", [report], writer=ME, release="0.1.0")
    at = journal.close(first, receipt)
    assert (at.format, at.is_old, journal.origin(at)) == (1, True, before)
    later = planned(at, ME, journal.origin(at))
    at = journal.open(at, later)
    assert not at.is_old
    at = journal.close(later, closed(at, ME))
    assert (at.format, journal.origin(at)) == (3, before)
    assert journal.origin(journal.position()) == before


def test_no_commit_follows_the_last_number(lake: Lake, folder: Path) -> None:
    """Whoever can write to the store can write such a receipt."""
    commit(Journal(lake, ME), 1)
    for key, of in ((manifest_key, manifest_key(1)), (receipt_key, receipt_key(1))):
        text = (folder / of).read_text()
        (folder / key(LARGEST)).write_text(text.replace('"number": 1,', f'"number": {LARGEST},'))
    (folder / LATEST).write_text(json.dumps({"number": LARGEST}))
    with pytest.raises(LedgerCorrupt, match="no number follows it"):
        Journal(lake, ME).position()


@pytest.mark.parametrize(
    ("name", "value"),
    [("schemas_sha256", "b" * 64), ("layout", {"window": ["2026-11", "2026-12"]})],
    ids=["schemas", "window"],
)
def test_behind_a_receipt_of_a_later_release_nothing_is_opened(
    name: str, value: object, lake: Lake, folder: Path
) -> None:
    commit(Journal(lake, ME), 1)
    fields = json.loads((folder / receipt_key(1)).read_text()) | {name: value}
    (folder / receipt_key(1)).write_text(json.dumps(fields))
    with pytest.raises(ContractUnknown, match="Receipt 1 has"):
        planned(Journal(lake, ME).position(), ME)


@pytest.mark.parametrize("name", ["skipped", "tombstones"])
def test_receipts_with_skipped_records_and_tombstones_are_gone_on_from(
    name: str, lake: Lake, folder: Path
) -> None:
    commit(Journal(lake, ME), 1)
    fields = json.loads((folder / receipt_key(1)).read_text()) | {name: 1}
    (folder / receipt_key(1)).write_text(json.dumps(fields))
    assert planned(Journal(lake, ME).position(), ME).number == 2


@pytest.mark.parametrize("where", ["outside", "nowhere"])
def test_a_link_leads_no_writer_out_of_the_dataset(
    where: str, lake: Lake, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    folder.mkdir(parents=True)
    (folder / "data").symlink_to(tmp_path / where)
    with pytest.raises(LakeRefused, match="data/x can't be used: it leads out of the dataset"):
        lake.put_new("data/x", b"x")
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_link_that_leads_nowhere_is_refused_in_the_place_of_an_object(lake: Lake, folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data/x").symlink_to("y")
    with pytest.raises(LakeRefused, match="data/x can't be used: it is a link that leads nowhere"):
        create(lake, "data/x", b"x", lambda _: False)
