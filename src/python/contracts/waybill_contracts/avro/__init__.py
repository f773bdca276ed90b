"""Avro as others write it: a writer's schema read and checked, and a datum's bytes into values.

It knows nothing of contracts; ``resolution`` makes a contract's columns of these values.
"""

from waybill_contracts.avro.datum import DatumReader, idle_value
from waybill_contracts.avro.logical import logical_of
from waybill_contracts.avro.nodes import (
    ArrayType,
    AvroType,
    EnumType,
    FixedType,
    MapType,
    PlainType,
    RecordField,
    RecordType,
    UnionType,
    is_null,
    takes_no_bytes,
)
from waybill_contracts.avro.reading_schema import parse_schema
from waybill_contracts.avro.refusing import NotAvro, SchemaRefused

# fmt: off
__all__ = [
    "ArrayType", "AvroType", "DatumReader", "EnumType", "FixedType", "MapType", "NotAvro", "PlainType", "RecordField",
    "RecordType", "SchemaRefused", "UnionType", "idle_value", "is_null", "logical_of", "parse_schema", "takes_no_bytes",
]
