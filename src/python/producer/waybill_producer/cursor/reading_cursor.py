"""Reads the cursors, and whether anything was ever published, as a ``read_committed`` reader sees them."""

from __future__ import annotations

from waybill_common.kafka import Topic, committed_records, settled_records, watermarks
from waybill_common.settings import KafkaSettings
from waybill_producer.cursor.model import Cursor, decode_cursor
from waybill_producer.cursor.resuming import CursorTopicState


def read_cursors(settings: KafkaSettings, topic: str) -> dict[str, Cursor]:
    """Every seed's last cursor, by key. To be called after ``init_transactions``.

    Raises ``KafkaUnavailable`` or ``CursorRefused``.
    """
    cursors: dict[str, Cursor] = {}
    for message in settled_records(settings, topic):
        key = (message.key() or b"").decode(errors="replace")
        value = message.value()
        if value is None:
            cursors.pop(key, None)
        else:
            cursors[key] = decode_cursor(value, f"{topic}-0 offset {message.offset()}")
    return cursors


def topic_state(settings: KafkaSettings, topic: Topic) -> CursorTopicState:
    """Whether ``topic`` holds, or once held, a committed record.

    Offsets alone can't tell: a transaction that was killed and aborted takes offsets too.
    """
    marks = watermarks(settings, topic.name, range(topic.partitions))
    deleted = any(start > 0 for start, _ in marks.values())
    has_records = deleted or any(True for _ in committed_records(settings, topic.name, marks))
    return CursorTopicState(topic.name, topic.id, has_records)
