"""The Confluent wire format around a value: a zero byte, the schema's id in four bytes, big-endian, then the JSON.

JSON text never begins with a zero byte, so a value says by itself whether it is framed. A reader drops the frame
and asks no registry: neither the id nor a registry being up has a part in the verdict on a record.
"""

from __future__ import annotations

MAGIC = b"\x00"
LENGTH = 5
"""Bytes before the JSON."""


def frame(schema_id: int, text: bytes) -> bytes:
    """``text`` with the frame of ``schema_id`` (below 2³¹) before it."""
    return MAGIC + schema_id.to_bytes(LENGTH - 1, "big") + text


def unframe(value: bytes) -> bytes:
    """The JSON of a value, framed or not.

    One frame is dropped. A truncated frame leaves nothing, which is no JSON.
    """
    return value[LENGTH:] if value.startswith(MAGIC) else value
