"""A scan of Polars' with the contract's schema. Maps are lists of pairs to it."""

from __future__ import annotations

from waybill_contracts.document import ContractDocument, ListOf, MapOf, StructOf, ValueType, stored_columns
from waybill_contracts.exports.wording import about, data_folder, python_text

_PLAIN = {
    "boolean": "pl.Boolean",
    "int": "pl.Int32",
    "long": "pl.Int64",
    "double": "pl.Float64",
    "date": "pl.Date",
    "timestamp": 'pl.Datetime("us")',
    "timestamptz": 'pl.Datetime("us", "UTC")',
    "string": "pl.String",
    "binary": "pl.Binary",
}


def exported(document: ContractDocument, dataset: str) -> str:
    columns = "".join(
        f"    {python_text(one.name)}: {polars_type(one.type)},\n" for one in stored_columns(document)
    )
    return (
        f"# {about(document)}\n"
        "import polars as pl\n\n"
        f"schema = {{\n{columns}}}\n"
        "rows = pl.scan_parquet(\n"
        f"    {python_text(f'{data_folder(dataset)}/**/*.parquet')},\n"
        "    schema=schema,\n"
        "    hive_partitioning=False,\n"
        '    missing_columns="insert",\n'
        '    cast_options=pl.ScanCastOptions(integer_cast="upcast", missing_struct_fields="insert"),\n'
        ")\n"
        "print(rows.head(10).collect())"
    )


def polars_type(of: ValueType) -> str:
    match of:
        case StructOf(fields):
            return f"pl.Struct({{{', '.join(f'{python_text(one.name)}: {polars_type(one.type)}' for one in fields)}}})"
        case ListOf(item):
            return f"pl.List({polars_type(item.type)})"
        case MapOf(value=value):
            return f'pl.List(pl.Struct({{"key": pl.String, "value": {polars_type(value.type)}}}))'
    return f"pl.Decimal({of.precision}, {of.scale})" if of.kind == "decimal" else _PLAIN[of.kind]
