"""``waybill report``: what receipts say, and which of them were asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from unit.ops.ledgers import Bodies, edited, sound

from waybill_common.ledger.keys import manifest_key, receipt_key
from waybill_ops.cli import main

Report = Callable[..., tuple[int, Any]]


def write(folder: Path, bodies: Bodies) -> Path:
    for (number, kind), body in bodies.items():
        path = folder / (manifest_key(number) if kind == "manifest" else receipt_key(number))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Three commits: see ``ledgers.sound``."""
    write(tmp_path / "lake/names", sound())
    return tmp_path / "lake"


@pytest.fixture
def report(lake: Path, capsys: pytest.CaptureFixture[str]) -> Report:
    """Runs ``waybill report --json``: its exit code, and its answer or what it said on stderr."""

    def run(*flags: str) -> tuple[int, Any]:
        code = main(["report", f"--lake.url={lake}", "--json", *flags])
        said = capsys.readouterr()
        return code, json.loads(said.out) if code == 0 else said.err

    return run


def test_all_receipts_added_up(report: Report) -> None:
    code, told = report()
    assert code == 0
    assert {name: told[name] for name in ("first_commit", "last_commit", "commits", "newest_commit")} == {
        "first_commit": 1,
        "last_commit": 3,
        "commits": 3,
        "newest_commit": 3,
    }
    sums = {"rows": 33, "dead_letters": 5, "empty": 5, "lost": 14, "objects": 8, "bytes": 800}
    assert {name: told[name] for name in sums} == sums
    assert told["frontier"] == {"0": 50, "1": 7}
    assert told["reasons"] == {"not_json": 5}
    assert (told["lake"][-11:], told["topic_id"], told["open_commit"]) == ("/lake/names", "topic-id", None)


@pytest.mark.parametrize(
    ("flags", "span"),
    [
        (["--after=0"], (1, 3)),
        (["--after=1"], (2, 3)),
        (["--after=3"], (None, None)),
        (["--commits=2-2"], (2, 2)),
        (["--commits=2"], (2, 2)),
        (["--commits=1-3"], (1, 3)),
        (["--last=2"], (2, 3)),
        (["--last=99"], (1, 3)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_which_commits_are_asked_for(flags: list[str], span: tuple[int, int], report: Report) -> None:
    code, told = report(*flags)
    assert (code, told["first_commit"], told["last_commit"]) == (0, *span)


def test_the_frontier_is_that_behind_the_last_commit_asked_for(report: Report) -> None:
    assert report("--commits=1-2")[1]["frontier"] == {"0": 40}
    assert report("--after=3")[1]["frontier"] == {}


@pytest.mark.parametrize("flag", ["--after=4", "--commits=3-4"])
def test_commits_that_the_ledger_does_not_have_are_refused_and_not_taken_for_nothing_new(
    flag: str, report: Report
) -> None:
    code, said = report(flag)
    assert code == 2
    assert "whose ledger ends at commit 3" in said


@pytest.mark.parametrize(
    "flags", [["--commits=3-2"], ["--commits=0"], ["--after=-1"], ["--after=1", "--last=2"]]
)
def test_a_range_that_is_none_is_refused(flags: list[str], report: Report) -> None:
    assert report(*flags)[0] == 2


def test_objects_are_those_of_the_receipts_as_stored(report: Report) -> None:
    told = report("--commits=2", "--objects")[1]
    assert [(one["commit"], one["kind"], sorted(one)) for one in told["stored"]] == [
        (2, kind, ["bytes", "commit", "key", "kind", "rows", "sha256"]) for kind in ("data", "dead_letters")
    ]
    assert sum(one["rows"] for one in told["stored"]) == told["rows"] + told["dead_letters"]
    assert "stored" not in report("--commits=2")[1]


def test_no_receipt_but_those_asked_for_is_read(lake: Path, report: Report) -> None:
    write(lake / "names", {(1, "receipt"): b"{broken", (2, "receipt"): b"{broken"})
    (lake / "names/_waybill/latest.json").write_text('{"number": 3}')
    assert report("--after=2")[1]["commits"] == 1
    code, said = report("--after=1")
    assert (code, receipt_key(2) in said) == (32, True)


def test_a_receipt_under_another_number_is_refused(lake: Path, report: Report) -> None:
    write(lake / "names", edited(2, "receipt", lambda fields: fields.update(number=5)))
    code, said = report("--commits=2")
    assert code == 32
    assert "it says number 5" in said


def test_a_dataset_that_nothing_was_delivered_to_has_no_commits_and_is_not_created(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", f"--lake.url={tmp_path}", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["commits"], told["newest_commit"], told["topic"]) == (0, 0, None)
    assert list(tmp_path.iterdir()) == []


def test_a_lake_that_is_not_there_is_refused_and_not_created(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", f"--lake.url={tmp_path}/none"]) == 31
    assert "is no folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_another_topics_ledger_is_refused(report: Report) -> None:
    code, said = report("--stream.topic=another")
    assert code == 31
    assert "names_topic" in said


def test_a_table_says_the_same_to_people(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", f"--lake.url={lake}", "--objects"]) == 0
    shown = capsys.readouterr().out
    assert "3 commits" in shown
    assert "frontier of partition 1: 7" in shown
    assert "names_topic-1-00000000000000000000-00000000000000000007.parquet" in shown


def stored(lake: Path, countries: Sequence[str | None]) -> None:
    """Commit 2's one data object, with these values."""
    told = json.loads((lake / "names" / receipt_key(2)).read_text())
    [key] = [one["key"] for split in told["splits"] for one in split["data"]]
    (lake / "names" / key).parent.mkdir(parents=True)
    pq.write_table(pa.table({"country": pa.array(countries, pa.string())}), lake / "names" / key)


def test_rows_by_a_columns_values_are_read_from_the_receipts_objects_alone(
    lake: Path, report: Report
) -> None:
    stored(lake, ["Iran"] * 5 + ["Finland", None, "Iran"])
    other = lake / "names/data/date=2026-11-22/of-no-receipt.parquet"
    pq.write_table(pa.table({"country": ["Peru"]}), other)
    told = report("--commits=2", "--by=country")[1]
    assert told["by"] == {"column": "country", "rows": {"Iran": 6, "Finland": 1, "": 1}}


@pytest.mark.parametrize(
    ("countries", "flag", "code", "named"),
    [
        (["Iran"] * 7, "--by=country", 40, "hold 7 rows, their receipts say 8"),
        (["Iran"] * 8, "--by=planet", 2, "--by planet names no column"),
    ],
    ids=["altered", "no such column"],
)
def test_objects_that_are_not_as_asked_are_refused(
    countries: Sequence[str | None], flag: str, code: int, named: str, lake: Path, report: Report
) -> None:
    stored(lake, countries)
    found, said = report("--commits=2", flag)
    assert (found, named in said) == (code, True)


def test_an_object_that_is_gone_is_refused(report: Report) -> None:
    code, said = report("--commits=2", "--by=country")
    assert code == 31
    assert ".parquet" in said
