"""Each cell of the value table, at the top and in a list, a map and a struct, through each reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from readers.reading import READERS, by_numpy, told
from unit.contracts.readers import Rows
from unit.contracts.stored import batch_of, write
from unit.contracts.value_table import TABLE
from unit.contracts.whole_table import judged_table, whole_table

from waybill_contracts.document import stored_values

DOCUMENT = whole_table()
COLUMNS = {one.name: one for one in stored_values(DOCUMENT)}
ROWS, VALUES = judged_table(DOCUMENT)
CELLS = [*enumerate(TABLE)]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "rows.parquet"
    write(batch_of(DOCUMENT, ROWS), path)
    return path


@pytest.fixture(scope="module")
def found(file: Path) -> dict[str, Rows]:
    """What each reader has read; read once, when it is first asked for."""

    class Found(dict[str, Rows]):
        def __missing__(self, reader: str) -> Rows:
            self[reader] = READERS[reader](file)
            return self[reader]

    return Found()


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("nested", [False, True], ids=["top", "nested"])
@pytest.mark.parametrize(("at", "row"), CELLS, ids=[" ".join(map(str, row)) for _, row in CELLS])
def test_a_reader_has_the_cells_as_they_were_judged(
    at: int, row: Any, reader: str, found: dict[str, Rows], *, nested: bool
) -> None:
    name = f"{'nested' if nested else 'top'}_{at}"
    read = [told(COLUMNS[name].type, one[name]) for one in found[reader]]
    assert read == [one[name] for one in VALUES]


def test_pandas_without_arrows_types_has_no_null_beside_whole_numbers_and_truths(file: Path) -> None:
    """docs/contracts.md says what to do instead."""
    read = by_numpy(file)
    differ = {
        COLUMNS[name].type.family
        for name in COLUMNS
        if name.startswith("top_") and [told(COLUMNS[name].type, one[name]) for one in read] != of(name)
    }
    assert differ == {"boolean", "int", "long"}


def of(name: str) -> list[Any]:
    return [one[name] for one in VALUES]
