"""How large a record is for a broker, which compares a whole batch with the topic's ``max.message.bytes``."""

from __future__ import annotations

from waybill_producer.publishing.batch import BatchRecord

KAFKAS_DEFAULT = 1_048_588
"""``max.message.bytes`` of a topic where nobody set one."""

_BATCH_HEAD = 61
"""Bytes of a record batch, format 2, before its first record."""


def size_alone(record: BatchRecord) -> int:
    """Bytes of a batch that holds this record and no other, not compressed. Exact.

    A record with this size or less always fits; a larger one may, where it is compressed.
    """
    key = 1 if record.key is None else _prefixed(len(record.key))
    headers = sum(_prefixed(len(name.encode())) + _prefixed(len(value)) for name, value in record.headers)
    # One byte each: attributes, and the differences of time and offset to the batch's, which are 0.
    body = 3 + key + _prefixed(len(record.value)) + _varint(len(record.headers)) + headers
    return _BATCH_HEAD + _prefixed(body)


def _prefixed(length: int) -> int:
    """Bytes of something with its length before it."""
    return _varint(length) + length


def _varint(number: int) -> int:
    """Bytes of a number that is not negative, zigzag-encoded."""
    return max(1, -(-(2 * number).bit_length() // 7))
