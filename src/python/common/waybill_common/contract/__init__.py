"""Contracts: what an event of a stream is, and the schemas that follow from that one model."""

from waybill_common.contract.bound import BoundContract
from waybill_common.contract.columns import ColumnKind
from waybill_common.contract.contract import Contract
from waybill_common.contract.framing import frame
from waybill_common.contract.instant import UtcMicros, format_instant
from waybill_common.contract.reasons import DEAD_CODES, Reason, explain, reason_of
from waybill_common.contract.registry import Registry
from waybill_common.contract.schema_id import SchemaId, in_order
from waybill_common.contract.writer_schema import AVRO, SchemaDocument, SchemaReference, WriterSchema

# fmt: off
__all__ = [
    "AVRO", "DEAD_CODES", "BoundContract", "ColumnKind", "Contract", "Reason", "Registry", "SchemaDocument",
    "SchemaId", "SchemaReference", "UtcMicros", "WriterSchema", "explain", "format_instant", "frame", "in_order",
    "reason_of",
]
