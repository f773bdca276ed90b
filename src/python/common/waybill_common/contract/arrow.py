"""Arrow schemas of what objects have of Kafka, a row's coordinates and whole dead letters; Spark's of a contract."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from waybill_common.contract.columns import ColumnKind
from waybill_common.contract.contract import Contract

INSTANT = pa.timestamp("us", tz="UTC")

_SPARK = {ColumnKind.STRING: "string", ColumnKind.DOUBLE: "double", ColumnKind.INSTANT: "timestamp"}

OLD_COORDINATES = (
    pa.field("kafka_partition", pa.int32(), nullable=False),
    pa.field("kafka_offset", pa.int64(), nullable=False),
    pa.field("kafka_timestamp", INSTANT, nullable=False),
)
COORDINATES = (*OLD_COORDINATES[:2], pa.field("kafka_timestamp", INSTANT))
"""Where a record lies in Kafka. From format 3 on ``kafka_timestamp`` is null where Kafka has none."""

HEADER = pa.struct([pa.field("name", pa.string(), nullable=False), pa.field("value", pa.binary())])

_LETTER = (
    pa.field("key", pa.binary()),
    pa.field("value", pa.binary()),
    pa.field("headers", pa.list_(pa.field("element", HEADER, nullable=False)), nullable=False),
    pa.field("reason", pa.string(), nullable=False),
    pa.field("detail", pa.string(), nullable=False),
)
OLD_DEAD_LETTERS = pa.schema([*OLD_COORDINATES, *_LETTER])
DEAD_LETTERS = pa.schema(
    [
        *COORDINATES,
        *_LETTER,
        pa.field("header_names", pa.list_(pa.field("element", pa.binary(), nullable=False))),
        pa.field("kafka_timestamp_ms", pa.int64()),
    ]
)
"""Dead letters as Kafka has them. ``header_names`` is null where every name is UTF-8; ``kafka_timestamp_ms`` is null
where ``kafka_timestamp`` is not."""


def spark_schema(contract: Contract) -> dict[str, Any]:
    """Spark's JSON form of the contract's columns, for ``StructType.fromJson`` (no pyspark needed here)."""
    fields = [
        {"name": c.name, "type": _SPARK[c.kind], "nullable": c.nullable, "metadata": {}}
        for c in contract.columns
    ]
    return {"type": "struct", "fields": fields}
