"""What a document is exported as: all forms say the same of one document."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stream_folders import write_folder
from unit.contracts.documents import ORDERS, document, field, list_of, map_of, raw, struct_of
from unit.contracts.generated import Maker
from unit.contracts.stored import batch_of, write

import waybill_ops.cli
from waybill_contracts.columns import row_schema
from waybill_contracts.document import ContractDocument, parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.exports import FORMS, NotSayable, exported
from waybill_contracts.judging import JudgedRow

ARROW = {
    "bool": "boolean", "int32": "int", "int64": "long", "double": "double", "string": "string", "binary": "binary",
    "date32[day]": "date", "timestamp[us]": "timestamp", "timestamp[us, tz=UTC]": "timestamptz",
}  # fmt: skip
SPARK = {"integer": "int", "timestamp_ntz": "timestamp", "timestamp": "timestamptz"}


def of_arrow(kind: Any) -> Any:
    """The form in which types are compared: a name, or what it is made of and whether that may be null."""
    if pa.types.is_struct(kind):
        return [
            (one.name, of_arrow(one.type), one.nullable)
            for one in (kind.field(at) for at in range(kind.num_fields))
        ]
    if pa.types.is_map(kind):
        return "map", of_arrow(kind.item_type), kind.item_field.nullable
    if pa.types.is_list(kind):
        return "list", of_arrow(kind.value_type), kind.value_field.nullable
    return f"decimal({kind.precision},{kind.scale})" if pa.types.is_decimal(kind) else ARROW[str(kind)]


def of_spark(kind: Any) -> Any:
    if isinstance(kind, str):
        return SPARK.get(kind, kind)
    if kind["type"] == "struct":
        return [(one["name"], of_spark(one["type"]), one["nullable"]) for one in kind["fields"]]
    if kind["type"] == "map":
        return "map", of_spark(kind["valueType"]), kind["valueContainsNull"]
    return "list", of_spark(kind["elementType"]), kind["containsNull"]


def of_iceberg(kind: Any) -> Any:
    if isinstance(kind, str):
        return kind.replace(", ", ",")
    if kind["type"] == "struct":
        return [(one["name"], of_iceberg(one["type"]), not one["required"]) for one in kind["fields"]]
    if kind["type"] == "map":
        return "map", of_iceberg(kind["value"]), not kind["value-required"]
    return "list", of_iceberg(kind["element"]), not kind["element-required"]


def ran(code: str, wanted: str) -> Any:
    """A name that a printed call sets, before it reads anything."""
    found: dict[str, Any] = {}
    exec(code.split("rows = ", maxsplit=1)[0].split("spark = ", maxsplit=1)[0], found)  # noqa: S102  # our own text
    return found[wanted]


def spark_json(of: ContractDocument) -> Any:
    return json.loads(exported(of, "spark", "lake").split('"""')[1])


@given(seed=st.integers(0, 2**32))
def test_arrow_spark_and_iceberg_have_the_same_columns(seed: int) -> None:
    of = parse_document(canonical_bytes(Maker(seed).document()))
    schema = row_schema(of)
    assert ran(exported(of, "arrow", "lake"), "schema").equals(schema)
    columns = of_arrow(pa.struct(schema))
    assert of_spark(spark_json(of)) == columns
    assert of_iceberg(json.loads(exported(of, "iceberg", "lake"))) == columns


@given(seed=st.integers(0, 2**32))
def test_every_id_of_an_iceberg_schema_stands_there_once(seed: int) -> None:
    text = exported(parse_document(canonical_bytes(Maker(seed).document())), "iceberg", "lake")
    ids = re.findall(r'id": (\d+)', text.replace('"schema-id": 0', ""))
    assert len(ids) == len({*ids})
    assert all(0 < int(one) < 2_147_483_447 for one in ids)


@given(seed=st.integers(0, 2**32))
def test_names_of_avro_records_are_different_and_no_types(seed: int) -> None:
    text = exported(parse_document(canonical_bytes(Maker(seed).document())), "avro", "lake")
    names: list[str] = []

    def look(kind: Any) -> None:
        if isinstance(kind, list):
            for one in kind:
                look(one)
        elif isinstance(kind, dict):
            if kind["type"] == "record":
                names.append(f"{kind.get('namespace', '')}.{kind['name']}")
                look([one["type"] for one in kind["fields"]])
            look(kind.get("items", kind.get("values")))

    look(json.loads(text))
    assert len(names) == len({*names})


def test_a_record_of_avro_is_not_called_as_a_type_is() -> None:
    of = document(
        field(1, "string", struct_of(field(2, "v", "int"))),
        field(3, "string_", struct_of(field(4, "v", "int"))),
    )
    found = json.loads(exported(of, "avro", "lake"))
    assert [one["type"][1]["name"] for one in found["fields"]] == ["string_", "string__"]


def test_avro_tells_what_it_does_not_say() -> None:
    found = json.loads(exported(parse_document(canonical_bytes(ORDERS)), "avro", "lake"))
    assert "unknown fields are kept in _extra" in found["doc"]
    assert [one.get("doc") for one in found["fields"]] == [
        "Avro does not say: maxLength 36.",
        "Avro does not say: in JSON at /total/amount.",
        None,
    ]
    assert found["fields"][1] == {
        "name": "amount",
        "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 2}],
        "default": None,
        "doc": "Avro does not say: in JSON at /total/amount.",
    }
    items = document(field(1, "v", list_of(2, "string")), entries={"2": {"rules": {"maxLength": 3}}})
    assert (
        json.loads(exported(items, "avro", "x"))["fields"][0]["doc"]
        == "Avro does not say: element: maxLength 3."
    )


def with_everything(**more: Any) -> ContractDocument:
    inner = struct_of(field(6, "sku", "string", required=True), field(7, "n", "int"))
    return document(
        field(1, "id", "string", required=True),
        field(2, "amount", "decimal(18, 2)"),
        field(3, "items", list_of(5, inner)),
        field(8, "tags", map_of(9, 10, inner | {"fields": [field(11, "x", "float")]})),
        field(12, "select", "timestamptz"),
        key={"format": "text"},
        headers=True,
        tombstones="row",
        extra="keep",
        stream="order",
        **more,
    )


def an_old_version() -> ContractDocument:
    """Without what was added later: a column, fields of an item and of a map's value, digits."""
    return document(
        field(1, "id", "string", required=True),
        field(2, "amount", "decimal(9, 2)"),
        field(3, "items", list_of(5, struct_of(field(6, "sku", "string", required=True)))),
        key={"format": "text"},
        tombstones="row",
        stream="order",
    )


def lake_of_two_versions(folder: Path) -> None:
    data = folder / "order" / "data" / "select_day=2026-11-29"
    data.mkdir(parents=True)
    old, new = an_old_version(), with_everything()
    write(
        batch_of(
            old, [JudgedRow(["a", 150, [["x"]]], 5, "k"), JudgedRow([None] * 3, 4, "gone", is_tombstone=True)]
        ),
        data / "1.parquet",
    )
    rows = [
        JudgedRow(["b", 250, [["y", 3], None], [("t", [0.5])], 7], 3, "k", ()),
        JudgedRow(["c", None, None, None, None], None, "gone", (("h", b"\0"),), extra="{}"),
        JudgedRow([None] * 5, 9, "k2", (), is_tombstone=True),
        JudgedRow(["d", None, None, None, None], 9, None, ()),
    ]
    batch = batch_of(new, rows)
    at = batch.schema.get_field_index("kafka_offset")
    write(batch.set_column(at, batch.schema.field(at), pa.array(range(20, 24))), data / "2.parquet")


def test_duckdbs_view_has_the_newest_columns_over_files_of_all_versions(tmp_path: Path) -> None:
    lake_of_two_versions(tmp_path)
    of = with_everything()
    with duckdb.connect() as database:
        database.execute(exported(of, "duckdb", f"{tmp_path}/order"))
        types = dict(
            database.execute("SELECT column_name, column_type FROM (DESCRIBE order_rows)").fetchall()
        )
        assert [*types] == row_schema(of).names
        assert types["amount"] == "DECIMAL(18,2)"
        assert types["items"] == "STRUCT(sku VARCHAR, n BIGINT)[]"
        found = database.execute(
            "SELECT id, amount::VARCHAR, items, tags FROM order_rows ORDER BY kafka_offset"
        )
        assert found.fetchall()[:3] == [
            ("a", "1.50", [{"sku": "x", "n": None}], None),
            (None, None, None, None),
            ("b", "2.50", [{"sku": "y", "n": 3}, None], {"t": {"x": 0.5}}),
        ]


def test_pyarrows_call_has_the_newest_columns_over_files_of_all_versions(tmp_path: Path) -> None:
    lake_of_two_versions(tmp_path)
    found: dict[str, Any] = {}
    exec(exported(with_everything(), "arrow", f"{tmp_path}/order"), found)  # noqa: S102  # our own text
    rows = found["rows"].to_table().sort_by("kafka_offset").to_pylist()
    assert [(one["id"], one["items"], one["_extra"]) for one in rows[:3]] == [
        ("a", [{"sku": "x", "n": None}], None),
        (None, None, None),
        ("b", [{"sku": "y", "n": 3}, None], None),
    ]


def test_the_latest_view_has_the_newest_row_of_each_key_and_no_deleted_one(tmp_path: Path) -> None:
    lake_of_two_versions(tmp_path)
    of = with_everything()
    with duckdb.connect() as database:
        database.execute(exported(of, "duckdb", f"{tmp_path}/order"))
        database.execute(exported(of, "latest-view", "lake"))
        found = database.execute(
            "SELECT kafka_key, id, kafka_offset FROM order_latest ORDER BY ALL"
        ).fetchall()
    assert found == [("gone", "c", 21), ("k", "b", 20)]  # by offsets, though the older row's clock was ahead


def test_the_latest_view_goes_by_time_where_a_key_lies_in_two_partitions() -> None:
    """No column of the contract stands in the way of what the view itself names."""
    others = [
        field(at, name, struct_of(field(at + 1, "kafka", "int"))) for at, name in ((2, "one"), (4, "ends"))
    ]
    of = document(field(1, "v", "int", required=True), *others, id=["v"])
    with duckdb.connect() as database:
        database.execute(
            "CREATE TABLE s_rows AS SELECT * FROM"
            " (VALUES (1, 0, 5, 100), (1, 0, 6, 90), (1, 3, 2, 95), (2, 3, 3, NULL))"
            " AS rows (v, kafka_partition, kafka_offset, kafka_timestamp), (SELECT {'age': 2} AS one, {'v': 1} AS ends)"
        )
        database.execute(exported(of, "latest-view", "lake"))
        found = database.execute(
            "SELECT v, kafka_partition, kafka_offset FROM s_latest ORDER BY 1"
        ).fetchall()
    assert found == [(1, 3, 2), (2, 3, 3)]


def test_polars_call_is_python_with_every_column() -> None:
    of = with_everything()
    code = exported(of, "polars", "s3://a \"quoted\" 'lake'")
    compile(code, "polars", "exec")
    assert all(f'"{name}": pl.' in code for name in row_schema(of).names)
    assert '"tags": pl.List(pl.Struct({"key": pl.String, "value": pl.Struct({"x": pl.Float64})}))' in code


def test_markdown_has_a_line_for_each_value() -> None:
    tree = raw(
        field(1, "a", list_of(2, struct_of(field(3, "b", "string")))),
        entries={"3": {"rules": {"pattern": "a|b"}}},
    )
    tree["schema"]["fields"][0]["doc"] = "two\nlines | one cell"
    found = exported(parse_document(canonical_bytes(tree)), "markdown", "lake").splitlines()
    assert "| `a` | list | optional |  |  | two lines \\| one cell |" in found
    assert "| `a.element.b` | string | optional |  | pattern a\\|b |  |" in found
    assert any(line.startswith("| `kafka_offset` |") for line in found)


@pytest.mark.parametrize(
    ("form", "of", "why"),
    [
        ("latest-view", document(field(1, "v", "int")), "neither key nor id"),
        ("json-schema", document(field(1, "v", "string"), value={"format": "text"}), "its values are text"),
    ],
    ids=["no key", "text"],
)
def test_what_a_form_can_not_say_is_refused(form: str, of: ContractDocument, why: str) -> None:
    with pytest.raises(NotSayable, match=why):
        exported(of, form, "lake")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_printable_text_that_depends_on_the_document_alone(form: str) -> None:
    of = with_everything(id=["id"])
    text = exported(of, form, "lake")
    assert text == exported(of, form, "lake")
    assert text.isascii()
    assert not text.endswith("\n")


def test_the_command_prints_the_form_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.json"
    path.write_bytes(canonical_bytes(ORDERS))
    assert (
        waybill_ops.cli.main(["contract", "export", str(path), "--as", "duckdb", "--lake", "s3://lake/"]) == 0
    )
    printed = capsys.readouterr()
    assert printed.out == exported(parse_document(path.read_bytes()), "duckdb", "s3://lake/orders") + "\n"
    assert "'s3://lake/orders/data/**/*.parquet'" in printed.out
    assert printed.err == ""


@pytest.mark.parametrize(
    ("words", "folder"), [((), "sales"), (("--dataset", "archive"), "archive")], ids=["by its folder", "told"]
)
def test_a_call_looks_into_the_datasets_folder(
    words: tuple[str, ...], folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = write_folder(tmp_path, "orders", 'topic = "t"\ndataset = "sales"\n', canonical_bytes(ORDERS))
    assert (
        waybill_ops.cli.main(["contract", "export", str(place / "contract.json"), "--as", "duckdb", *words])
        == 0
    )
    assert f"'lake/{folder}/data/**/*.parquet'" in capsys.readouterr().out


def test_the_command_says_what_a_form_has_no_words_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lines.json"
    path.write_bytes(canonical_bytes(raw(field(1, "line", "string"), value={"format": "text"})))
    assert waybill_ops.cli.main(["contract", "export", str(path), "--as", "json-schema"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "can't be written as json-schema: its values are text" in printed.err
