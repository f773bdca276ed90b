"""A call of pyarrow's datasets with the contract's schema."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from waybill_contracts.columns import row_schema
from waybill_contracts.document import ContractDocument
from waybill_contracts.exports.wording import about, data_folder, python_text


def exported(document: ContractDocument, dataset: str) -> str:
    fields = "".join(f"    {_field(one)},\n" for one in row_schema(document))
    return (
        f"# {about(document)}\n"
        "import pyarrow as pa\n"
        "import pyarrow.dataset as ds\n\n"
        f"schema = pa.schema([\n{fields}])\n"
        f'rows = ds.dataset({python_text(data_folder(dataset))}, schema=schema, format="parquet")\n'
        "print(rows.head(10).to_pylist())"
    )


def _field(of: pa.Field[Any]) -> str:
    optional = "" if of.nullable else ", nullable=False"
    return f"pa.field({python_text(of.name)}, {_type(of.type)}{optional})"


def _type(of: Any) -> str:
    if pa.types.is_struct(of):
        return f"pa.struct([{', '.join(_field(of.field(at)) for at in range(of.num_fields))}])"
    if pa.types.is_map(of):
        return f"pa.map_({_type(of.key_type)}, {_field(of.item_field)})"
    if pa.types.is_list(of):
        return f"pa.list_({_field(of.value_field)})"
    if pa.types.is_decimal(of):
        return f"pa.decimal128({of.precision}, {of.scale})"
    if pa.types.is_timestamp(of):
        zone = "" if of.tz is None else f", tz={python_text(of.tz)}"
        return f"pa.timestamp({python_text(of.unit)}{zone})"
    return f"pa.{_NAMES[of]}()"


_NAMES = {
    pa.bool_(): "bool_",
    pa.int32(): "int32",
    pa.int64(): "int64",
    pa.float64(): "float64",
    pa.date32(): "date32",
    pa.string(): "string",
    pa.binary(): "binary",
}
