"""What real topics hold: each record's outcome by every judge, and its values as readers of Parquet have them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from samples.sample import Dead, Outcome, Sample
from samples.table import SAMPLES
from unit.contracts.readers import by_pyarrow, text_of
from unit.contracts.stored import batch_of, read_back, write

from waybill_contracts.by_hand import RecordByHand, by_the_auditor, by_the_fast_paths, by_the_judge
from waybill_contracts.document import parse_document
from waybill_contracts.judging import FolderWindow, JudgedRow, RecordJudge
from waybill_ops.cli import main

NAMED = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)


def told(sample: Sample) -> list[dict[str, Any]]:
    """What all judges say of each record."""
    given, of = [RecordByHand(one, FolderWindow()) for one in sample.records], sample.contract
    said = [*map(by_the_judge(of), given)]
    assert [*map(by_the_auditor(of), given)] == said
    assert [*by_the_fast_paths(of)(given)] == said
    return said


def narrowed(said: dict[str, Any], wanted: Outcome) -> Any:
    if said["verdict"] != "row":
        return [tuple(one) for one in said["reasons"]]
    return {name: said["values"].get(name, "no column") for name in getattr(wanted, "values", said["values"])}


def is_json(sample: Sample) -> bool:
    return bool(json.loads(sample.contract.text)["value"]["format"] == "json")


@NAMED
def test_each_record_is_judged_as_the_table_says(sample: Sample) -> None:
    said = told(sample)
    wanted = [[*one.told] if isinstance(one, Dead) else one.values for one in sample.wanted]
    assert [narrowed(one, want) for one, want in zip(said, sample.wanted, strict=True)] == wanted


@NAMED
def test_each_row_is_read_with_its_values(sample: Sample, tmp_path: Path) -> None:
    judge, path = RecordJudge(sample.contract), tmp_path / "rows.parquet"
    rows = [found for found in map(judge.judge, sample.records) if isinstance(found, JudgedRow)]
    values = [one["values"] for one in told(sample) if one["verdict"] == "row"]
    write(batch_of(sample.contract, rows), path)
    assert [one.values for one in read_back(sample.contract, path)] == values
    read = by_pyarrow(path)
    assert [
        {name: text_of(one[name]) for name in said} for one, said in zip(read, values, strict=True)
    ] == values


@pytest.mark.parametrize("sample", [one for one in SAMPLES if is_json(one)], ids=lambda sample: sample.name)
def test_a_first_contract_of_the_good_records_takes_them_all(sample: Sample, tmp_path: Path) -> None:
    pairs = zip(sample.records, sample.wanted, strict=True)
    good = [one for one, wanted in pairs if one.value is not None and not isinstance(wanted, Dead)]
    file, made = tmp_path / "records.json", tmp_path / "contract.json"
    file.write_bytes(b"[" + b",".join(one.value or b"" for one in good) + b"]")
    assert main(("contract", "init", f"--from-sample={file}", f"--output={made}", "--stream=s")) == 0
    judge = RecordJudge(parse_document(made.read_bytes()))
    assert {type(judge.judge(one)) for one in good} == {JudgedRow}


def test_of_the_truck_sensors_exactly_the_headers_are_dead() -> None:
    trucks = next(one for one in SAMPLES if one.name == "truck_sensors")
    assert (len(trucks.wanted), trucks.dead) == (1000, ["bad_value"] * 87)
