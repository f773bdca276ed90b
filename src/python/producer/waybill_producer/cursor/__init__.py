"""How far the stream got: stored beside the events, committed with them."""

from waybill_producer.cursor.model import Cursor
from waybill_producer.cursor.reading_cursor import read_cursors
from waybill_producer.cursor.reading_cursor import topic_state
from waybill_producer.cursor.resuming import CursorTopicState
from waybill_producer.cursor.resuming import PagePosition
from waybill_producer.cursor.resuming import PageRefusal
from waybill_producer.cursor.resuming import find_position
from waybill_producer.cursor.resuming import refuse_page

# fmt: off
__all__ = [
    "Cursor", "CursorTopicState", "PagePosition", "PageRefusal", "find_position", "read_cursors",
    "refuse_page", "topic_state",
]
