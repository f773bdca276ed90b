"""Row groups of nested columns: what a row weighs is told of texts, lists and maps to any depth."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from waybill_common.ledger.manifest import Layout
from waybill_delivery.objects import row_groups
from waybill_delivery.objects.parquet import encode
from waybill_delivery.objects.row_groups import _lengths

LAYOUT = Layout(row_group_rows=1000, compression="none")
ITEM = pa.struct([pa.field("sku", pa.string()), pa.field("count", pa.int64())])
COLUMNS: dict[str, tuple[pa.DataType, list[Any], list[int] | None]] = {
    "texts": (pa.string(), ["abc", None, "é"], [3, 0, 2]),
    "numbers": (pa.int64(), [1, None, 3], None),
    "struct of numbers": (pa.struct([pa.field("a", pa.int64())]), [{"a": 1}, None, {"a": None}], None),
    "struct": (
        pa.struct([pa.field("a", pa.string()), pa.field("b", pa.binary()), pa.field("c", pa.string())]),
        [{"a": "xy", "b": b"z", "c": "w"}, None, {"a": None, "b": b"12345", "c": ""}],
        [4, 0, 5],
    ),
    "list of numbers": (pa.list_(pa.int64()), [[1, 2, 3], None, []], [24, 0, 0]),
    "list of decimals": (pa.list_(pa.decimal128(38, 2)), [[None, 1], [], [1]], [32, 0, 16]),
    "list of structs": (
        pa.list_(ITEM),
        [[{"sku": "ab", "count": 1}], [], [{"sku": None, "count": 2}] * 2],
        [10, 0, 16],
    ),
    "map": (pa.map_(pa.string(), pa.string()), [[("k", "abc"), ("kk", None)], None, [("", "")]], [6, 0, 0]),
    "map of lists": (
        pa.map_(pa.string(), pa.list_(pa.int64())),
        [[("k", [1, 2])], [("kk", None), ("l", [3])], []],
        [17, 11, 0],
    ),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_what_each_row_has_of_texts_and_items(case: str) -> None:
    kind, values, expected = COLUMNS[case]
    array = pa.array(values, kind)
    for column, wanted in (
        (pa.chunked_array([array]), expected),
        (
            pa.chunked_array([array, array.slice(1), array.slice(0, 1)]),
            expected and expected + expected[1:] + expected[:1],
        ),
    ):
        found = _lengths(column)
        assert (None if found is None else found.to_pylist()) == wanted


def test_rows_with_long_lists_and_maps_are_cut_into_several_row_groups(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(row_groups, "_BYTES", 10_000)
    rows = pa.table(
        {
            "at": pa.array(range(50), pa.int64()),
            "list": pa.array([[*range(100)]] * 50, pa.list_(pa.int64())),
            "map": pa.array([[("key", "x" * 200)]] * 50, pa.map_(pa.string(), pa.string())),
        }
    )
    file = pq.ParquetFile(io.BytesIO(encode(rows, LAYOUT)))
    assert [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)] == [9] * 5 + [5]
    assert file.read().equals(rows)
    in_pieces = pa.concat_tables([rows.slice(0, 7), rows.slice(7, 1), rows.slice(8)])
    assert encode(in_pieces, LAYOUT) == encode(rows, LAYOUT)
