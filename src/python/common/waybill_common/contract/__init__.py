"""Contracts: what an event of a stream is, and the schemas that follow from that one model."""

from __future__ import annotations

from waybill_common.contract.columns import Column
from waybill_common.contract.columns import ColumnKind
from waybill_common.contract.contract import Contract
from waybill_common.contract.judge import Dead
from waybill_common.contract.judge import Reason
from waybill_common.contract.judge import judge
from waybill_common.contract.names import Name
from waybill_common.contract.registry import NAMES
from waybill_common.contract.registry import STREAMS
from waybill_common.contract.registry import Registry

__all__ = [
    "NAMES",
    "STREAMS",
    "Column",
    "ColumnKind",
    "Contract",
    "Dead",
    "Name",
    "Reason",
    "Registry",
    "judge",
]
