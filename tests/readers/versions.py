"""A lake with files of three versions of one contract, and its rows as the newest version has them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unit.contracts.documents import Json, document, field, list_of, struct_of
from unit.contracts.stored import write

from waybill_contracts.columns.rows import RowColumns
from waybill_contracts.document import ContractDocument
from waybill_contracts.judging import JudgedRow, KafkaInput, RecordJudge, written_row

DATASET = "orders"

SKU = field(8, "sku", "string", required=True)
CITY = field(5, "city", "string")


def version(
    number: int, amount: str, place: Sequence[Json], line: Sequence[Json], *added: Json, note: bool
) -> ContractDocument:
    return document(
        field(1, "id", "long", required=True),
        field(2, "at", "timestamptz"),
        field(3, "amount", amount),
        field(4, "place", struct_of(*place)),
        field(6, "lines", list_of(7, struct_of(*line))),
        field(9, "note", "string", required=note),
        *added,
        stream=DATASET,
        version=number,
        partition_by=["day(at)"],
    )


ZIP, COUNT, ADDED = field(10, "zip", "string"), field(11, "n", "int"), field(12, "added", "double")
FIRST = version(1, "decimal(9, 2)", [CITY], [SKU], note=True)
SECOND = version(2, "decimal(9, 2)", [CITY, ZIP], [SKU, COUNT], ADDED, note=True)
THIRD = version(3, "decimal(18, 2)", [CITY, ZIP], [SKU, COUNT], ADDED, note=False)

CELLS = {
    "optional added on top": "added",
    "optional added in a struct": "place",
    "optional added in a list item": "lines",
    "decimal widened": "amount",
    "required to optional": "note",
}
"""What changed, by the column that shows it."""

FILES: dict[str, tuple[ContractDocument, list[Json]]] = {
    "at_day=2026-11-28/1.parquet": (
        FIRST,
        [
            {
                "id": 1,
                "at": "2026-11-28T01:00:00Z",
                "amount": 1.5,
                "place": {"city": "x"},
                "lines": [{"sku": "a"}, None],
                "note": "n",
            },
            {"id": 2, "at": "2026-11-28T02:00:00Z", "amount": None, "place": None, "lines": [], "note": ""},
        ],
    ),
    "at_day=2026-11-29/2.parquet": (
        SECOND,
        [
            {
                "id": 3,
                "at": "2026-11-29T01:00:00Z",
                "amount": 9999999.99,
                "place": {"city": None, "zip": "z"},
                "lines": [{"sku": "b", "n": 3}],
                "note": "m",
                "added": 0.5,
            },
        ],
    ),
    "at_day=2026-11-29/3.parquet": (
        THIRD,
        [
            {
                "id": 4,
                "at": "2026-11-29T23:59:59.999999Z",
                "amount": 1234567890123.45,
                "place": {"zip": "q"},
                "lines": [{"sku": "c", "n": None}],
                "added": -0.0,
            },
            {"id": 5, "at": "2026-11-29T03:00:00Z", "place": {}, "note": None},
        ],
    ),
}
"""Below the data folder: the version and its records."""

NULL = "at_day=0001-01-01/4.parquet"

APART: dict[str, tuple[ContractDocument, list[Json]]] = {
    NULL: (THIRD, [{"id": 6}, {"id": 7}]),
    "at_day=0001-01-02/5.parquet": (
        THIRD, [{"id": 8, "at": "1990-01-01T00:00:00Z"}, {"id": 9, "at": "1991-01-01T00:00:00Z"}],
    ),
    "at_day=9999-12-31/6.parquet": (
        THIRD, [{"id": 10, "at": "2990-01-01T00:00:00Z"}, {"id": 11, "at": "2991-01-01T00:00:00Z"}],
    ),
}  # fmt: skip
"""The folders of null, before and after the window."""


def write_lake(lake: Path) -> dict[str, Path]:
    """All of them; by their names below the data folder."""
    written = {}
    for at, (name, (of, records)) in enumerate((FILES | APART).items()):
        written[name] = lake / DATASET / "data" / name
        written[name].parent.mkdir(parents=True, exist_ok=True)
        batch = RowColumns(of).batch(0, range(10 * at, 10 * at + len(records)), judged(of, records))
        write(batch, written[name])
    return written


def judged(of: ContractDocument, records: Sequence[Json]) -> list[JudgedRow]:
    judge = RecordJudge(of)
    found = [judge.judge(KafkaInput(json.dumps(one).encode())) for one in records]
    assert all(isinstance(one, JudgedRow) for one in found)
    return [one for one in found if isinstance(one, JudgedRow)]


def expected(files: dict[str, tuple[ContractDocument, list[Json]]]) -> list[dict[str, Any]]:
    """The values as the newest version writes them, in the order of ids."""
    records = [one for _, records in files.values() for one in records]
    return [json.loads(json.dumps(written_row(THIRD, row))) for row in judged(THIRD, records)]
