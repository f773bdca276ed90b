"""The Arrow schema of a contract's rows, and what Parquet makes of it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpus.names_document import document_of
from unit.contracts.documents import document, field, list_of, map_of, meaning, of_type, struct_of

from waybill_common.contract import ColumnKind
from waybill_common.contract.arrow import COORDINATES as KAFKAS
from waybill_common.contract.arrow import INSTANT
from waybill_contracts.columns.arrow_types import CONTRACT_KEY, PARQUET, row_schema, value_schema
from waybill_contracts.document import ContractDocument, parse_document
from waybill_streams.names import NAMES

COORDINATES = ["kafka_partition", "kafka_offset", "kafka_timestamp"]

STORED = {
    "boolean": "boolean",
    "int": "int64",
    "long": "int64",
    "float": "double",
    "double": "double",
    "date": "int32 Date",
    "string": "binary String",
    "binary": "binary",
    "decimal(9, 2)": "int32 Decimal(precision=9, scale=2)",
    "decimal(18, 18)": "int64 Decimal(precision=18, scale=18)",
    "decimal(19, 0)": "fixed_len_byte_array(9) Decimal(precision=19, scale=0)",
    "decimal(38, 9)": "fixed_len_byte_array(16) Decimal(precision=38, scale=9)",
    "timestamp": "int64 Timestamp(isAdjustedToUTC=false, timeUnit=microseconds)",
    "timestamptz": "int64 Timestamp(isAdjustedToUTC=true, timeUnit=microseconds)",
}


def parquet_of(of: ContractDocument) -> pq.ParquetFile:
    sink = io.BytesIO()
    schema = row_schema(of)
    with pq.ParquetWriter(sink, schema, **PARQUET) as writer:
        writer.write_table(schema.empty_table())
    return pq.ParquetFile(sink)


def stored(column: Any) -> str:
    logical = str(column.logical_type).split(", is_from", maxsplit=1)[0]
    logical += ")" * (logical.count("(") - logical.count(")"))
    kind = str(column.physical_type).lower()
    length = f"({column.length})" if kind == "fixed_len_byte_array" else ""
    return f"{kind}{length} {logical}".replace("byte_array ", "binary ", 1).removesuffix(" None")


@pytest.mark.parametrize("nested", [False, True], ids=["top", "nested"])
@pytest.mark.parametrize("kind", STORED)
def test_each_type_is_stored_as_the_value_table_says(kind: str, *, nested: bool) -> None:
    columns = parquet_of(of_type(kind, nested=nested)).schema
    [column] = [one for one in map(columns.column, range(len(columns))) if one.name == "v"]
    assert stored(column).replace("fixed_len_binary", "fixed_len_byte_array") == STORED[kind]


@pytest.mark.parametrize("name", ["json", "uuid", "time"])
def test_what_only_means_something_else_is_text(name: str) -> None:
    assert value_schema(of_type("string", **meaning(name))) == pa.schema([("v", pa.string())])


def test_nested_columns_have_the_parts_that_readers_look_for() -> None:
    inner = struct_of(field(4, "a", "int", required=True), field(5, "b", "string"))
    columns = parquet_of(
        document(
            field(1, "list", list_of(2, inner, required=True), required=True),
            field(3, "map", map_of(6, 7, "date")),
        )
    ).schema
    wanted = {
        "list.list.element.a": (0, 1), "list.list.element.b": (1, 1),
        "map.key_value.key": (1, 1), "map.key_value.value": (3, 1),
    }  # fmt: skip
    found = {
        one.path: (one.max_definition_level, one.max_repetition_level)
        for one in map(columns.column, range(4))
    }
    assert found == {
        path: (level + (path.startswith("list")), depth) for path, (level, depth) in wanted.items()
    } | {"map.key_value.key": (2, 1)}


def test_no_field_of_a_file_has_an_id() -> None:
    assert "field_id=-1" in str(parquet_of(of_type("int", nested=True)).schema)
    assert not pa.types.is_null(parquet_of(of_type("int")).schema_arrow.field("v").type)
    assert parquet_of(of_type("int")).schema_arrow.field("v").metadata is None


def test_a_files_footer_names_the_contract() -> None:
    of = of_type("int")
    assert parquet_of(of).metadata.metadata[CONTRACT_KEY] == f"sha256:{of.sha256}".encode()


def test_beside_the_contracts_columns_stand_those_that_it_asks_for() -> None:
    assert row_schema(of_type("int")).names == ["v", *COORDINATES]
    more = document(
        field(1, "v", "int", required=True),
        key={"format": "json"},
        headers=True,
        tombstones="row",
        extra="keep",
    )
    found = row_schema(more)
    assert found.names == ["v", *COORDINATES, "kafka_key", "kafka_headers", "kafka_tombstone", "_extra"]
    assert found.field("kafka_key").type == pa.string()
    of_bytes = document(field(1, "v", "int"), key={"format": "binary"})
    assert row_schema(of_bytes).field("kafka_key").type == pa.binary()


def test_rows_for_tombstones_make_all_of_the_contracts_columns_optional() -> None:
    required = field(1, "v", "int", required=True)
    inner = struct_of(field(3, "x", "int", required=True))
    found = value_schema(
        document(required, field(2, "s", inner, required=True), key={"format": "text"}, tombstones="row")
    )
    assert [one.nullable for one in found] == [True, True]
    assert not found.field("s").type.field("x").nullable
    assert not value_schema(document(required)).field("v").nullable


def test_rows_of_names_have_the_columns_that_0_1_0_gave_them() -> None:
    kinds = {ColumnKind.STRING: pa.string(), ColumnKind.DOUBLE: pa.float64(), ColumnKind.INSTANT: INSTANT}
    own = [pa.field(one.name, kinds[one.kind], nullable=one.nullable) for one in NAMES.columns]
    assert row_schema(parse_document(document_of(NAMES))).equals(pa.schema([*own, *KAFKAS]))


def test_who_judges_imports_no_pyarrow() -> None:
    code = (
        "import sys, waybill_contracts, waybill_contracts.contract_command, waybill_contracts.judging\n"
        "assert not [one for one in sys.modules if one.startswith(('pyarrow', 'waybill_contracts.columns'))]"
    )
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
