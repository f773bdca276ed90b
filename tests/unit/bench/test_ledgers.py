"""The ledgers that growth is measured on are as the application's own, and a run on one can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from waybill_bench.delivering import Commit, read_commits
from waybill_bench.ledgers import REAL, rewind, write_ledger
from waybill_common.kafka import TopicState
from waybill_common.lake import open_lake
from waybill_common.ledger import Journal
from waybill_common.ledger.keys import LATEST, document_key, manifest_key, receipt_key
from waybill_common.settings import LakeSettings
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.ledger_files import read_ledger
from waybill_streams.names import NAMES

TOPIC = TopicState("t", "id", {0: 0, 1: 0}, {0: 500, 1: 70})
ENDS = {0: 400, 1: 30}
LOG = """\
26/11/25 08:00:00 WARN Utils: a line of Spark's
{"component": "spark_app", "number": 11, "rows": 10, "event": "commit", "timestamp": "2026-11-25T08:00:01.500000Z"}
{"component": "task", "event": "split", "timestamp": "2026-11-25T08:00:02.000000Z"}
{"component": "spark_app", "number": 12, "rows": 10, "event": "commit", "timestamp": "2026-11-25T08:00:02.250000Z"}
{"commits": [11, 12], "rows": 20}
"""


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("hint", [True, False], ids=["with latest.json", "without"])
def test_the_journal_stands_where_the_ledger_ends(tmp_path: Path, hint: bool) -> None:
    write_ledger(tmp_path / "names", TOPIC, 25, ENDS)
    if not hint:
        (tmp_path / "names" / LATEST).unlink()
    position = Journal(open_lake(LakeSettings(url=str(tmp_path)), "names"), "0" * 32).position()
    assert (position.number, position.frontier, position.open) == (25, ENDS, None)


def test_the_auditor_finds_nothing_wrong_with_whole_entries(tmp_path: Path) -> None:
    write_ledger(tmp_path / "names", TOPIC, REAL, ENDS)
    ledger = read_ledger(LakeReader(LakeSettings(url=str(tmp_path)), "names"))
    assert (ledger.commits, ledger.frontier, ledger.findings) == (REAL, ENDS, [])


def test_every_entry_and_object_has_its_name_and_only_the_last_entries_have_bytes(tmp_path: Path) -> None:
    write_ledger(tmp_path / "names", TOPIC, 25, ENDS)
    found = files(tmp_path / "names")
    document = document_key(NAMES.document_sha256)
    entries = {key for number in range(1, 26) for key in (manifest_key(number), receipt_key(number))}
    assert {key for key in found if key.startswith("_waybill/")} == entries | {LATEST, document}
    assert len(found) == 2 * 25 + 25 * 2 + 2
    whole = {key for key in entries if found[key]}
    assert whole == {key for n in range(26 - REAL, 26) for key in (manifest_key(n), receipt_key(n))}


def test_what_a_run_adds_is_taken_back(tmp_path: Path) -> None:
    dataset = tmp_path / "names"
    write_ledger(dataset, TOPIC, 5, ENDS)
    before = files(dataset)
    for number in (6, 7):
        (dataset / manifest_key(number)).touch()
    (dataset / receipt_key(6)).touch()
    (dataset / LATEST).write_text("{}")
    today = dataset / "data" / "date=2026-11-25"
    today.mkdir()
    (today / "t-0-1-2.parquet").touch()
    rewind(dataset, 5)
    assert files(dataset) == before


def test_more_commits_than_offsets_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="more than"):
        write_ledger(tmp_path / "names", TOPIC, 401, ENDS)


def test_commits_are_read_from_among_other_lines() -> None:
    first, second = read_commits(LOG)
    assert (first.number, second.number, second.at - first.at) == (11, 12, 0.75)
    assert isinstance(first, Commit)
