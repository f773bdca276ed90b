"""The whole value table in one file, as readers have it: each cell, at the top and nested."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
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


def text_of(value: Any) -> Any:
    """A reader's own value as the value table writes it."""
    match value:
        case None | str():
            return value
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat(timespec="microseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case bytes():
            return value.hex()
        case dict():
            return {name: text_of(one) for name, one in value.items()}
        case list() | tuple():
            return [text_of(one) for one in value]
    return repr(value)


def by_pyarrow(path: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(path).to_pylist())


def by_pandas(path: Path) -> list[dict[str, Any]]:
    """With Arrow's types: numpy has no null beside whole numbers, and makes floats of them."""
    frame = pd.read_parquet(path, dtype_backend="pyarrow")
    columns = {name: frame[name].array.__arrow_array__().to_pylist() for name in frame}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@pytest.mark.parametrize("read", [by_pyarrow, by_pandas])
def test_a_reader_has_each_cell_as_it_was_judged(
    read: Callable[[Path], list[dict[str, Any]]], file: Path
) -> None:
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
