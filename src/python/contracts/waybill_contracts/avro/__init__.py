"""Avro as others write it: a writer's schema read and checked, and a datum's bytes into values.

It knows nothing of contracts; ``resolution`` makes a contract's columns of these values.
"""

from waybill_contracts.avro.datum import DatumReader, idle_value
from waybill_contracts.avro.names import PRIMITIVES
from waybill_contracts.avro.nodes import (
    ArrayType,
    AvroType,
    EnumType,
    FixedType,
    Logical,
    MapType,
    PlainType,
    RecordField,
    RecordType,
    UnionType,
    is_null,
    takes_no_bytes,
)
from waybill_contracts.avro.reading_schema import MOST_BYTES, branches_of, parse_schema
from waybill_contracts.avro.refusing import NotAvro, SchemaRefused

# fmt: off
__all__ = [
    "MOST_BYTES", "PRIMITIVES", "ArrayType", "AvroType", "DatumReader", "EnumType", "FixedType", "Logical", "MapType",
    "NotAvro", "PlainType", "RecordField", "RecordType", "SchemaRefused", "UnionType", "branches_of",
    "idle_value", "is_null", "parse_schema", "takes_no_bytes",
]
