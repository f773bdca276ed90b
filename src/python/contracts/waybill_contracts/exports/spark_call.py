"""A read of Spark's with the contract's schema, in the JSON of its own types."""

from __future__ import annotations

import json
from typing import Any

from waybill_contracts.document import (
    ContractDocument,
    DescribedValue,
    ListOf,
    MapOf,
    StructOf,
    ValueType,
    stored_columns,
)
from waybill_contracts.exports.wording import about, data_folder, python_text, rows_view

_PLAIN = {
    "boolean": "boolean",
    "int": "integer",
    "long": "long",
    "double": "double",
    "date": "date",
    "timestamp": "timestamp_ntz",
    "timestamptz": "timestamp",
    "string": "string",
    "binary": "binary",
}


def exported(document: ContractDocument, dataset: str) -> str:
    text = json.dumps(spark_schema(document), indent=2)
    return (
        f"# {about(document)}\n"
        "import json\n\n"
        "from pyspark.sql import SparkSession\n"
        "from pyspark.sql.types import StructType\n\n"
        f'schema = StructType.fromJson(json.loads("""\n{text}\n"""))\n'
        "spark = SparkSession.builder.getOrCreate()\n"
        f"rows = spark.read.schema(schema).parquet({python_text(data_folder(dataset))})\n"
        f"rows.createOrReplaceTempView({python_text(rows_view(document))})\n"
        "rows.show(10)"
    )


def spark_schema(document: ContractDocument) -> dict[str, Any]:
    return {"type": "struct", "fields": [_field(one) for one in stored_columns(document)]}


def _field(of: DescribedValue) -> dict[str, Any]:
    return {"name": of.name, "type": _type(of.type), "nullable": not of.required, "metadata": {}}


def _type(of: ValueType) -> Any:
    match of:
        case StructOf(fields):
            return {"type": "struct", "fields": [_field(one) for one in fields]}
        case ListOf(item):
            return {"type": "array", "elementType": _type(item.type), "containsNull": not item.required}
        case MapOf(value=value):
            nulls = not value.required
            return {
                "type": "map",
                "keyType": "string",
                "valueType": _type(value.type),
                "valueContainsNull": nulls,
            }
    return f"decimal({of.precision},{of.scale})" if of.kind == "decimal" else _PLAIN[of.kind]
