"""Judge, columns, Parquet, and back by the auditor's own reading: what is stored is what was judged, cell by cell."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.contracts.documents import document, field, list_of, map_of, of_type, struct_of
from unit.contracts.generated import Maker
from unit.contracts.stored import batch_of, read_back, stored, write
from unit.contracts.value_table import TABLE

from waybill_contracts.by_hand import RecordByHand, by_the_auditor, by_the_judge
from waybill_contracts.columns.rows import RowColumns
from waybill_contracts.document import ContractDocument, parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.judging import FolderWindow, JudgedRow, KafkaInput, RecordJudge
from waybill_ops.audit.stored_values import StrangeColumns, instant_text

RECORDS = 20


def judged(of: ContractDocument, records: list[KafkaInput]) -> tuple[list[JudgedRow], list[dict[str, Any]]]:
    """The rows among the records, and what both judges say that their values are."""
    judge, first, second = RecordJudge(of), by_the_judge(of), by_the_auditor(of)
    rows, values = [], []
    for record in records:
        found = judge.judge(record)
        if isinstance(found, JudgedRow):
            said = first(RecordByHand(record, FolderWindow()))
            assert second(RecordByHand(record, FolderWindow())) == said
            rows.append(found)
            values.append(said["values"])
    return rows, values


@pytest.mark.parametrize("nested", [False, True], ids=["top", "nested"])
@pytest.mark.parametrize("row", [*TABLE], ids=lambda row: " ".join(map(str, row)))
def test_each_cell_of_the_value_table_is_stored_as_it_was_judged(
    row: tuple[str, tuple[tuple[str, Any], ...]], tmp_path: Path, *, nested: bool
) -> None:
    of = of_type(row[0], nested=nested, **dict(row[1]))
    spelled = '{"outer":[{"k":{"v":%s},"z":null},null,{}]}' if nested else '{"v":%s}'
    rows, values = judged(
        of, [KafkaInput((spelled % one).encode("utf-8", "surrogatepass")) for one in [*TABLE[row], "null"]]
    )
    assert rows
    assert stored(of, rows, tmp_path) == values


@given(seed=st.integers(0, 2**32))
def test_whatever_is_judged_a_row_is_read_back_with_its_values(seed: int) -> None:
    maker = Maker(seed)
    tree = maker.document()
    of = parse_document(canonical_bytes(tree))
    rows, values = judged(of, [KafkaInput(maker.record(tree), **maker.around()) for _ in range(RECORDS)])
    with tempfile.TemporaryDirectory() as folder:
        assert stored(of, rows, Path(folder)) == values


def test_minus_nothing_keeps_its_sign_and_digits_are_exact(tmp_path: Path) -> None:
    of = document(
        field(1, "d", "double"),
        field(2, "f", list_of(3, "float")),
        field(4, "x", map_of(5, 6, "decimal(38, 9)")),
    )
    record = (
        '{"d":-0.0,"f":[-0.0,-0,0.1],"x":{"b":"-0.000000001","a":99999999999999999999999999999.999999999}}'
    )
    rows, values = judged(of, [KafkaInput(record.replace('"-0.000000001"', "-0.000000001").encode())])
    assert stored(of, rows, tmp_path) == values == [
        {
            "d": "-0.0",
            "f": ["-0.0", "0.0", "0.10000000149011612"],
            "x": [["a", "99999999999999999999999999999.999999999"], ["b", "-0.000000001"]],
        }
    ]  # fmt: skip


def test_the_ends_of_the_calendar_are_read_back_to_the_microsecond(tmp_path: Path) -> None:
    of = document(field(1, "z", "timestamptz"), field(2, "n", list_of(3, "timestamp")), field(4, "d", "date"))
    records = [
        '{"z":"0001-01-01T00:00:00.000000Z","n":["0001-01-01T00:00:00.000000"],"d":"0001-01-01"}',
        '{"z":"9999-12-31T23:59:59.999999Z","n":["9999-12-31T23:59:59.999999"],"d":"9999-12-31"}',
        '{"z":"1969-12-31T23:59:59.999999Z","n":["1970-01-01T00:00:00.000001",null],"d":"1969-12-31"}',
        '{"z":"1900-02-28T23:59:59.999999Z","n":["2000-02-29T00:00:00.000001",null],"d":"1900-03-01"}',
    ]
    rows, values = judged(of, [KafkaInput(one.encode()) for one in records])
    assert len(values) == len(records)
    assert stored(of, rows, tmp_path) == values


def test_a_required_value_in_an_absent_struct_is_absent(tmp_path: Path) -> None:
    inner, again = (
        struct_of(
            field(at + 2, "a", "int", required=True),
            field(at + 3, "b", struct_of(field(at + 4, "c", "string", required=True)), required=True),
            field(at + 5, "l", list_of(at + 6, "binary", required=True), required=True),
            field(at + 7, "m", map_of(at + 8, at + 9, "decimal(4, 1)", required=True), required=True),
        )
        for at in (0, 10)
    )
    of = document(field(1, "s", inner), field(11, "more", list_of(10, again)))
    good = '{"a":1,"b":{"c":"x"},"l":[""],"m":{"k":1.5}}'
    rows, values = judged(
        of, [KafkaInput(f'{{"s":{one},"more":[null,{good}]}}'.encode()) for one in ("null", good)]
    )
    assert len(values) == 2
    assert stored(of, rows, tmp_path) == values


def test_what_stands_around_a_value_is_stored_too(tmp_path: Path) -> None:
    of = document(
        field(1, "v", "int", required=True),
        key={"format": "binary"},
        headers=True,
        tombstones="row",
        extra="keep",
    )
    headers = ((b"a", None), ("é".encode(), b"\x00\xff"), (b"a", b""))
    records = [
        KafkaInput(b'{"v":1,"w":[1.10]}', key=b"\x00", headers=headers, timestamp=0),
        KafkaInput(None, key=None, timestamp=-1),
        KafkaInput(b'{"v":2}', key=b"", timestamp=253_402_300_799_999),
    ]
    rows, values = judged(of, records)
    assert values[0]["_extra"] == '{"/w":[1.10]}'
    assert values[1] == {
        "v": None,
        "kafka_key": None,
        "kafka_headers": [],
        "kafka_tombstone": "true",
        "_extra": None,
    }
    path = tmp_path / "rows.parquet"
    write(batch_of(of, rows), path)
    found = read_back(of, path)
    assert [one.values for one in found] == values
    assert [one.timestamp for one in found] == [0, None, 253_402_300_799_999_000]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("int", 1.5), ("double", 1), ("boolean", 1), ("long", True), ("string", b"x"), ("date", "x")],
)
def test_a_value_that_no_judge_returns_is_refused_and_never_converted(kind: str, value: Any) -> None:
    with pytest.raises(TypeError, match="to the judge"):
        RowColumns(of_type(kind)).value_arrays([[None], [value]])


def altered(of: ContractDocument, path: Path, name: str, column: pa.Array[Any]) -> None:
    """The file with another column in the place of one."""
    table = pq.read_table(path)
    at = table.schema.get_field_index(name)
    pq.write_table(
        table.set_column(at, pa.field(name, column.type), column), path, store_decimal_as_integer=True
    )


def test_columns_of_another_type_are_told_with_their_name(tmp_path: Path) -> None:
    of = of_type("decimal(9, 2)")
    path = tmp_path / "rows.parquet"
    write(batch_of(of, [JudgedRow([1])]), path)
    altered(of, path, "v", pa.array([1.0]))
    with pytest.raises(StrangeColumns, match=r"v is DOUBLE, its contract has DECIMAL\(9,2\)"):
        read_back(of, path)


def test_a_map_whose_key_stands_twice_is_read_as_it_stands(tmp_path: Path) -> None:
    of = document(field(1, "m", map_of(2, 3, "int")))
    path = tmp_path / "rows.parquet"
    write(batch_of(of, [JudgedRow([[("b", 1), ("a", 2), ("b", 3)]])]), path)
    assert read_back(of, path)[0].values == {"m": [["b", "1"], ["a", "2"], ["b", "3"]]}


def test_an_instant_outside_the_calendar_is_neither_null_nor_an_error(tmp_path: Path) -> None:
    """DuckDB takes the ends of 64 bits for infinities."""
    of = of_type("timestamptz", nested=True)
    path = tmp_path / "rows.parquet"
    outside = [2**63 - 1, -(2**63), -(2**63) + 1, 253_402_300_800_000_000, 0]
    write(batch_of(of, [JudgedRow([[[("k", [one])]]]) for one in outside]), path)
    found = [one.values["outer"][0][0][1]["v"] for one in read_back(of, path)]
    assert found == [
        "9223372036854775807 usZ", "-9223372036854775808 usZ", "9223372036854775807 usZ", "253402300800000000 usZ",
        "1970-01-01T00:00:00.000000Z",
    ]  # fmt: skip
    assert instant_text(-62_135_596_800_000_000) == "0001-01-01T00:00:00.000000"


def test_columns_may_be_called_as_the_auditors_own_sql_calls_things(tmp_path: Path) -> None:
    names = ("v0", "V1", "v2", "key", "value", "read_parquet", "select", "order")
    nested = [
        field(
            at * 10,
            name,
            list_of(at * 10 + 1, map_of(at * 10 + 2, at * 10 + 3, list_of(at * 10 + 4, "date"))),
        )
        for at, name in enumerate(names, 1)
    ]
    inner = struct_of(field(1, "key", "timestamp"), field(2, "v0", "timestamp"))
    of = document(*nested, field(3, "s", map_of(4, 5, inner)))
    record = ",".join(f'"{name}":[{{"k":["2026-11-{at:02}"]}}]' for at, name in enumerate(names, 1))
    moments = '{"key":"2026-11-29T00:00:00","v0":null}'
    rows, values = judged(of, [KafkaInput(f'{{{record},"s":{{"b":{moments}}}}}'.encode())])
    assert len(values) == 1
    assert stored(of, rows, tmp_path) == values
