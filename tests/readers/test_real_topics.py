"""What real topics hold, through each reader: every row of the tables in tests/samples, and all of its columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from readers.reading import READERS
from samples.sample import Row, Sample
from samples.table import SAMPLES
from unit.contracts.readers import told_whole
from unit.contracts.stored import batch_of, write

from waybill_contracts.judging import JudgedRow, RecordJudge, written_row

WITH_ROWS = [one for one in SAMPLES if any(isinstance(wanted, Row) for wanted in one.wanted)]


def judged(sample: Sample) -> list[JudgedRow]:
    return [
        one for one in map(RecordJudge(sample.contract).judge, sample.records) if isinstance(one, JudgedRow)
    ]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("real")
    found = {one.name: folder / f"{one.name}.parquet" for one in WITH_ROWS}
    for one in WITH_ROWS:
        write(batch_of(one.contract, judged(one)), found[one.name])
    return found


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("sample", WITH_ROWS, ids=lambda sample: sample.name)
def test_a_reader_has_the_rows_of_the_table(sample: Sample, reader: str, files: dict[str, Path]) -> None:
    read = [told_whole(sample.contract, one) for one in READERS[reader](files[sample.name])]
    values: list[dict[str, Any]] = json.loads(
        json.dumps([written_row(sample.contract, one) for one in judged(sample)])
    )
    assert [{name: one[name] for name in said} for one, said in zip(read, values, strict=True)] == values
    wanted = [one.values for one in sample.wanted if isinstance(one, Row)]
    assert [{name: one[name] for name in said} for one, said in zip(read, wanted, strict=True)] == wanted
