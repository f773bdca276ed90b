"""Records: ``asked`` (pure: which ones), ``record`` (cut to size), ``consuming`` (bounded), ``reading`` (for a page),
``shown`` (pure: as text and hex), ``live`` (those that come while one looks)."""

from __future__ import annotations

from waybill_console.messages.consuming import Judge
from waybill_console.messages.live import LiveViews
from waybill_console.messages.reading import RecordReader
from waybill_console.messages.record import Record
from waybill_console.messages.shown import judged_by

# fmt: off
__all__ = [
    "Judge", "LiveViews", "Record", "RecordReader", "judged_by",
]
