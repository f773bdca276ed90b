"""JSON as contract1 has it: numbers keep their text, repeated names are seen, slices can be had."""

from waybill_contracts.scanning.depth import too_deep, too_deep_for_0_1_0
from waybill_contracts.scanning.sliced_json import JsonSlice, Shape, read_sliced
from waybill_contracts.scanning.strict_json import (
    NotJson,
    NumberText,
    Repeated,
    read_json,
    read_old_json,
    scan,
)

# fmt: off
__all__ = [
    "JsonSlice", "NotJson", "NumberText", "Repeated", "Shape", "read_json",
    "read_old_json", "read_sliced", "scan", "too_deep", "too_deep_for_0_1_0",
]
