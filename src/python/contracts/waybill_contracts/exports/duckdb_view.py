"""A view for DuckDB: a table without rows says the columns, the files give them by name.

DuckDB's own ``schema`` parameter goes by field ids, of which the files have none.
"""

from __future__ import annotations

from waybill_contracts.document import ContractDocument, ListOf, MapOf, StructOf, ValueType, stored_columns
from waybill_contracts.exports.wording import about, data_folder, rows_view, sql_name, sql_text

_PLAIN = {
    "boolean": "BOOLEAN",
    "int": "INTEGER",
    "long": "BIGINT",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMP WITH TIME ZONE",
    "string": "VARCHAR",
    "binary": "BLOB",
}


def exported(document: ContractDocument, dataset: str) -> str:
    columns = ",\n".join(
        f"  CAST(NULL AS {duckdb_type(one.type)}) AS {sql_name(one.name)}" for one in stored_columns(document)
    )
    files = sql_text(f"{data_folder(dataset)}/**/*.parquet")
    return (
        f"-- {about(document)}\n"
        f"CREATE OR REPLACE VIEW {rows_view(document)} AS\n"
        f"SELECT\n{columns}\nWHERE false\n"
        "UNION ALL BY NAME\n"
        f"SELECT * FROM read_parquet({files}, union_by_name = true, hive_partitioning = false);\n"
        f"SELECT * FROM {rows_view(document)} LIMIT 10;"
    )


def duckdb_type(of: ValueType) -> str:
    match of:
        case StructOf(fields):
            return f"STRUCT({', '.join(f'{sql_name(one.name)} {duckdb_type(one.type)}' for one in fields)})"
        case ListOf(item):
            return f"{duckdb_type(item.type)}[]"
        case MapOf(value=value):
            return f"MAP(VARCHAR, {duckdb_type(value.type)})"
    return f"DECIMAL({of.precision}, {of.scale})" if of.kind == "decimal" else _PLAIN[of.kind]
