"""Records: ``asked`` (pure: which ones), ``kafka_record`` (cut to size), ``decoding`` (pure: by the stream's contract),
``consuming`` (bounded), ``message_reader`` (for a page), ``shown`` (pure: as text and hex), ``live`` (those that come
while one looks)."""

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
from waybill_console.messages.decoding import Judge, MessageContract, contract_of_stream
from waybill_console.messages.kafka_record import ALONE, ShownRecord
from waybill_console.messages.live import LiveViews
from waybill_console.messages.message_reader import Found, RecordReader
from waybill_console.messages.shown import key_line, one_line, shown_value, value_line, verdict_of

# fmt: off
__all__ = [
    "ALONE", "LIMITS", "AskedMessages", "Found", "Judge", "LiveViews", "MessageContract", "Order",
    "RecordReader", "ShownRecord", "as_positions", "asked_of", "contract_of_stream", "key_line", "one_line",
    "onwards", "positions_of", "shown_value", "value_line", "verdict_of",
]
