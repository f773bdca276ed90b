"""How far the stream got: stored beside the events, committed with them."""

from waybill_producer.cursor.model import Cursor
from waybill_producer.cursor.reading_cursor import read_cursors, topic_state
from waybill_producer.cursor.resuming import (
    CursorTopicState,
    PagePosition,
    PageRefusal,
    find_position,
    refuse_page,
)

# fmt: off
__all__ = [
    "Cursor", "CursorTopicState", "PagePosition", "PageRefusal", "find_position", "read_cursors",
    "refuse_page", "topic_state",
]
