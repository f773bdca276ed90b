"""Each cell of the value table, at the top and in a list, a map and a struct, through each reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from readers.reading import READERS, by_numpy
from readers.spark import session
from unit.contracts.readers import Rows, told
from unit.contracts.stored import batch_of, write
from unit.contracts.value_table import TABLE, said
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


def test_pandas_without_arrows_types_makes_floats_of_whole_numbers_beside_nulls(file: Path) -> None:
    """At the top and nested, beyond 2^53 too; docs/contracts.md says what to do instead."""
    read = by_numpy(file)

    def is_told(name: str) -> bool:
        cells = zip(read, VALUES, strict=True)
        return all(
            told(COLUMNS[name].type, one[name]) == of[name] for one, of in cells if of[name] is not None
        )

    changed = {
        (row[0], depth) for at, row in CELLS for depth in ("top", "nested") if not is_told(f"{depth}_{at}")
    }
    assert changed == {(kind, depth) for kind in ("int", "long") for depth in ("top", "nested")}


def test_pysparks_collect_has_no_zone_and_not_the_first_day_of_the_calendar(file: Path) -> None:
    """``toArrow`` has both, and the order of maps; docs/contracts.md says so."""
    kinds = {row: f"top_{at}" for at, row in CELLS}
    frame = session().read.parquet(str(file))
    with pytest.raises(ValueError, match="out of range"):
        frame.select(kinds[said("timestamptz")]).collect()
    micros = kinds[said("timestamptz", wire="epoch_us")]
    [moment] = [one[0] for one in frame.select(micros).collect() if one[0] is not None]
    assert moment.tzinfo is None
