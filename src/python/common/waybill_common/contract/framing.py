"""The Confluent wire format around a value: a zero byte, the schema's id in four bytes, big-endian, then the JSON.

JSON text never begins with a zero byte, so a value says by itself whether it is framed. A reader drops the frame
and asks no registry: neither the id nor a registry being up has a part in the verdict on a record.
"""

from __future__ import annotations


def frame(schema_id: int, text: bytes) -> bytes:
    """``text`` with the frame of ``schema_id`` (below 2³¹) before it."""
    return b"\x00" + schema_id.to_bytes(4, "big") + text
