"""The whole value table in one file, as readers have it: each cell, at the top and nested. `make types` has more."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from unit.contracts.readers import Reader, by_pandas, by_pyarrow, text_of
from unit.contracts.stored import batch_of, read_back, write
from unit.contracts.value_table import TABLE
from unit.contracts.whole_table import judged_table, whole_table

from waybill_contracts.document import ContractDocument

DOCUMENT = whole_table()
ROWS, VALUES = judged_table(DOCUMENT)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "rows.parquet"
    write(batch_of(DOCUMENT, ROWS), path)
    return path


@pytest.mark.parametrize("read", [by_pyarrow, by_pandas])
def test_a_reader_has_each_cell_as_it_was_judged(read: Reader, file: Path) -> None:
    for found, expected in zip(read(file), VALUES, strict=True):
        assert {name: text_of(found[name]) for name in expected} == expected


def test_the_auditor_has_each_cell_as_it_was_judged(file: Path) -> None:
    for found, expected in zip(read_back(DOCUMENT, file), VALUES, strict=True):
        assert found.values == expected


def test_the_file_holds_the_whole_table(file: Path) -> None:
    of: ContractDocument = DOCUMENT
    good = sum(not str(said).startswith("!") for tokens in TABLE.values() for said in tokens.values())
    assert len(of.columns) == 2 * len(TABLE)
    assert pq.read_metadata(file).num_rows == good + len(TABLE) > 100
