"""Records: ``asked`` (pure: which ones), ``record`` (cut to size), ``consuming`` (bounded), ``reading`` (for a page),
``shown`` (pure: as text and hex), ``live`` (those that come while one looks)."""

from __future__ import annotations

from waybill_console.messages.asked import (
    LIMITS,
    AskedMessages,
    Order,
    as_positions,
    asked_of,
    onwards,
    positions_of,
)
from waybill_console.messages.consuming import Judge
from waybill_console.messages.kafka_record import ALONE, ShownRecord
from waybill_console.messages.live import LiveViews
from waybill_console.messages.message_reader import Found, RecordReader
from waybill_console.messages.shown import judged_by, one_line, shown_value, verdict_of

# fmt: off
__all__ = [
    "ALONE", "LIMITS", "AskedMessages", "Found", "Judge", "LiveViews", "Order", "RecordReader", "ShownRecord",
    "as_positions", "asked_of", "judged_by", "one_line", "onwards", "positions_of", "shown_value",
    "verdict_of",
]
