"""Contracts: what an event of a stream is, and the schemas that follow from that one model."""

from waybill_common.contract.bound import BoundContract
from waybill_common.contract.columns import ColumnKind
from waybill_common.contract.contract import Contract
from waybill_common.contract.framing import LENGTH, MAGIC, frame, unframe
from waybill_common.contract.instant import UtcMicros, format_instant
from waybill_common.contract.judge import DEAD_CODES, Dead, Reason, explain, judge, reason_of
from waybill_common.contract.registry import Registry

# fmt: off
__all__ = [
    "DEAD_CODES", "LENGTH", "MAGIC", "BoundContract", "ColumnKind", "Contract", "Dead",
    "Reason", "Registry", "UtcMicros", "explain", "format_instant", "frame", "judge", "reason_of", "unframe",
]
