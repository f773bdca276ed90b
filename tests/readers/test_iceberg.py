"""pyiceberg's ``add_files`` takes the files of three versions as they lie, into a table of the newest one's schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyiceberg.catalog.sql import SqlCatalog  # pants: no-infer-dep
from pyiceberg.partitioning import PartitionField, PartitionSpec  # pants: no-infer-dep
from pyiceberg.schema import Schema  # pants: no-infer-dep
from pyiceberg.transforms import DayTransform  # pants: no-infer-dep
from readers.versions import APART, CELLS, FILES, NULL, THIRD, expected, write_lake
from unit.contracts.readers import told_row

from waybill_contracts.document import stored_values
from waybill_contracts.exports import exported

COLUMNS = stored_values(THIRD)
BY_DAY = PartitionSpec(
    PartitionField(source_id=THIRD.columns["at"].id, field_id=1000, transform=DayTransform(), name="at_day")
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_lake(tmp_path_factory.mktemp("lake"))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Any]:
    found = SqlCatalog("readers", uri="sqlite:///:memory:", warehouse=tmp_path.as_uri())
    found.create_namespace("lake")
    yield found
    found.engine.dispose()


def table(catalog: Any, **how: Any) -> Any:
    schema = Schema.model_validate(json.loads(exported(THIRD, "iceberg", "")))
    return catalog.create_table("lake.orders", schema, **how)


def rows(of: Any) -> list[dict[str, Any]]:
    found = [told_row(COLUMNS, one) for one in of.scan().to_arrow().to_pylist()]
    return sorted(found, key=lambda one: int(one["id"]))


def shown(files: Any) -> list[dict[str, Any]]:
    """pyiceberg has an empty list where a list of structs is null: docs/contracts.md says so."""
    return [one | {"lines": one["lines"] or []} for one in expected(files)]


@pytest.mark.parametrize("cell", CELLS)
def test_a_table_has_the_rows_of_all_versions(cell: str, files: dict[str, Path], catalog: Any) -> None:
    orders = table(catalog)
    orders.add_files([f"file://{path}" for path in files.values()])
    name = CELLS[cell]
    assert [one[name] for one in rows(orders)] == [one[name] for one in shown(FILES | APART)]


def test_a_table_of_days_takes_each_days_files_and_those_of_none(
    files: dict[str, Path], catalog: Any
) -> None:
    orders = table(catalog, partition_spec=BY_DAY)
    taken = {**FILES, NULL: APART[NULL]}
    orders.add_files([f"file://{files[name]}" for name in taken])
    assert rows(orders) == shown(taken)
    partitions = {str(one["partition"]["at_day"]) for one in orders.inspect.partitions().to_pylist()}
    assert partitions == {"2026-11-28", "2026-11-29", "None"}


@pytest.mark.parametrize("name", APART.keys() - {NULL})
def test_the_folders_before_and_after_the_window_are_of_several_days(
    name: str, files: dict[str, Path], catalog: Any
) -> None:
    orders = table(catalog, partition_spec=BY_DAY)
    with pytest.raises(ValueError, match="more than one partition values"):
        orders.add_files([f"file://{files[name]}"])
