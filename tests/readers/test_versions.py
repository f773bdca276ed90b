"""Files of three versions read together: each reader by the call that `waybill contract export` prints for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from readers.spark import session
from readers.versions import APART, CELLS, DATASET, FILES, THIRD, expected, write_lake
from unit.contracts.readers import Rows, duckdb_rows, told_row

from waybill_contracts.document import stored_values
from waybill_contracts.exports import exported

COLUMNS = stored_values(THIRD)


def ran(form: str, lake: Path) -> Any:
    """What the printed call, of the dataset in ``lake``, names ``rows``."""
    found: dict[str, Any] = {}
    exec(exported(THIRD, form, str(lake / DATASET)), found)  # noqa: S102  # our own text
    return found["rows"]


def by_duckdb(lake: Path) -> Rows:
    with duckdb.connect(config={"threads": 1}) as database:
        database.execute("SET TimeZone = 'UTC'")
        database.execute(exported(THIRD, "duckdb", str(lake / DATASET)))
        return duckdb_rows(database.execute("SELECT * FROM orders_rows"))


def by_pyarrow(lake: Path) -> Rows:
    return list(ran("arrow", lake).to_table().to_pylist())


def by_pandas(lake: Path) -> Rows:
    frame = ran("arrow", lake).to_table().to_pandas(types_mapper=pd.ArrowDtype)
    columns = {name: frame[name].array.__arrow_array__().to_pylist() for name in frame}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def by_polars(lake: Path) -> Rows:
    return list(ran("polars", lake).collect().to_dicts())


def by_spark(lake: Path) -> Rows:
    session()
    return list(ran("spark", lake).toArrow().to_pylist())


def by_pyarrow_alone(paths: list[Path]) -> Any:
    return pq.read_table([str(one) for one in paths], partitioning=None).column_names


def by_pandas_alone(paths: list[Path]) -> Any:
    return pd.read_parquet(paths, dtype_backend="pyarrow", partitioning=None)


READERS: dict[str, Callable[[Path], Rows]] = {
    "pyarrow": by_pyarrow,
    "duckdb": by_duckdb,
    "pandas": by_pandas,
    "polars": by_polars,
    "spark": by_spark,
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lake")
    write_lake(folder)
    return folder


@pytest.fixture(scope="module")
def found(lake: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of each reader in the order of ids; read once, when it is first asked for."""

    class Found(dict[str, list[dict[str, Any]]]):
        def __missing__(self, reader: str) -> list[dict[str, Any]]:
            rows = [told_row(COLUMNS, one) for one in READERS[reader](lake)]
            self[reader] = sorted(rows, key=lambda one: int(one["id"]))
            return self[reader]

    return Found()


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("cell", CELLS)
def test_rows_of_all_versions_are_as_the_newest_one_has_them(
    cell: str, reader: str, found: dict[str, list[dict[str, Any]]]
) -> None:
    name = CELLS[cell]
    assert [one[name] for one in found[reader]] == [one[name] for one in expected(FILES | APART)]


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_has_every_row_once(reader: str, found: dict[str, list[dict[str, Any]]]) -> None:
    assert found[reader] == expected(FILES | APART)


@pytest.mark.parametrize("read", [by_pyarrow_alone, by_pandas_alone])
def test_without_a_schema_the_first_file_decides_about_columns_and_digits(
    read: Callable[[list[Path]], Any], lake: Path
) -> None:
    """What was added is left out silently, what was widened ends it; docs/contracts.md says what to do instead."""
    paths = [lake / DATASET / "data" / name for name in FILES]
    assert "added" not in read(paths[:2])
    with pytest.raises(pa.ArrowInvalid, match="does not fit in precision 9"):
        read(paths)
