"""Contracts: what an event of a stream is, and the schemas that follow from that one model."""

from waybill_common.contract.columns import Column
from waybill_common.contract.columns import ColumnKind
from waybill_common.contract.contract import Contract
from waybill_common.contract.framing import MAGIC
from waybill_common.contract.framing import frame
from waybill_common.contract.framing import unframe
from waybill_common.contract.instant import UtcMicros
from waybill_common.contract.instant import format_instant
from waybill_common.contract.judge import DETAIL_LIMIT
from waybill_common.contract.judge import Dead
from waybill_common.contract.judge import Reason
from waybill_common.contract.judge import explain
from waybill_common.contract.judge import judge
from waybill_common.contract.judge import reason_of
from waybill_common.contract.registry import STREAMS
from waybill_common.contract.registry import Registry

# fmt: off
__all__ = [
    "DETAIL_LIMIT", "MAGIC", "STREAMS", "Column", "ColumnKind", "Contract", "Dead", "Reason", "Registry",
    "UtcMicros", "explain", "format_instant", "frame", "judge", "reason_of", "unframe",
]
