"""A record's headers as Kafka has them, names as bytes. See docs/decisions/header-names.md."""

from __future__ import annotations

from typing import Any

from confluent_kafka import Message

Headers = tuple[tuple[bytes, bytes | None], ...]


def headers_of(message: Message) -> Headers:
    """Names and values in their order."""
    headers: Any = message.headers() or ()
    return tuple((name.encode(), value) for name, value in headers)
