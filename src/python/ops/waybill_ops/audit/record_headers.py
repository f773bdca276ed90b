"""A record's headers as bytes. Kafka's protocol lets a name hold any bytes; confluent-kafka wants UTF-8.

``Message.headers()`` of a record with another name raises SystemError, drops the headers, and leaves a broken
list. So the bytes are taken, before anybody asks for them, from where confluent-kafka keeps librdkafka's own list,
by librdkafka's public functions. Where that list can't be trusted, there is no answer: see ``raw_headers``.

They tell a name up to its first NUL. Whether it goes on they tell too: a header is found by its whole name alone.
"""

from __future__ import annotations

import ctypes
import struct
from collections import Counter
from functools import cache
from typing import Any

from confluent_kafka import Message, cimpl

RawHeaders = tuple[tuple[bytes, bytes | None], ...]

_WORD = ctypes.sizeof(ctypes.c_void_p)
_BEFORE = struct.Struct("@NNN")
_TOPIC, _VALUE, _KEY, _HEADERS, _LIST, _ERROR = 2, 3, 4, 5, 6, 7
"""Words of a Message, after the two of every Python object; ``_LIST`` is librdkafka's list, null once Python asked."""


def raw_headers(message: Message) -> RawHeaders | None:
    """Names and values in their order.

    None where this confluent-kafka keeps its messages otherwise and has a name that is no UTF-8, or its librdkafka
    one that goes on past a NUL.
    """
    if _is_as_known(message) and (found := _word(message, _LIST)):
        return _all(found)
    headers: Any
    try:
        headers = message.headers()
    except (SystemError, UnicodeDecodeError):
        return None
    return tuple(
        (name.encode(), value.encode() if isinstance(value, str) else value) for name, value in headers or ()
    )


def may_have(message: Message, name: bytes) -> bool:
    """False where no header of the message has that name: cheaper than to read them all."""
    if not _is_as_known(message):
        return True
    found = _word(message, _LIST)
    if not found:
        return message.headers() is not None
    nothing = ctypes.c_void_p(), ctypes.c_size_t()
    return bool(_library().rd_kafka_header_get_last(found, name, *map(ctypes.byref, nothing)) == 0)


def _is_as_known(message: Message) -> bool:
    """Asked of one message, since all are laid out alike."""
    if not _known:
        _known.append(_is_laid_out_so(message))
    return _known[0]


_known: list[bool] = []


def _is_laid_out_so(message: Message) -> bool:
    """Whether the words around the list hold what a message says of itself."""
    parts = {_TOPIC: message.topic(), _VALUE: message.value(), _KEY: message.key()}
    if Message.__basicsize__ <= _ERROR * _WORD:
        return False
    if _word(message, _HEADERS) != 0 or _word(message, _ERROR) != id(message.error()):
        return False
    return all(_word(message, index) == id(part) for index, part in parts.items() if part is not None)


def _word(message: Message, index: int) -> int:
    return ctypes.c_size_t.from_address(id(message) + index * _WORD).value


def _all(headers: int) -> RawHeaders | None:
    """None where a name goes on and nobody can tell how."""
    ask = _library().rd_kafka_header_get_all
    found: list[tuple[bytes, bytes | None]] = []
    whole: list[bytes | None] = []
    name, value, size = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_size_t()
    places = ctypes.byref(name), ctypes.byref(value), ctypes.byref(size)
    while ask(headers, len(found), *places) == 0:
        raw = None if value.value is None else ctypes.string_at(value.value, size.value)
        found.append((ctypes.string_at(name.value or 0), raw))
        whole.append(_whole_name(name.value or 0, value.value or 0, size.value))
    counts = Counter(name for name, _ in found)
    if all(_has(headers, name, count) for name, count in counts.items()):
        return tuple(found)
    named = [(name, raw) for name, (_, raw) in zip(whole, found, strict=True) if name is not None]
    return tuple(named) if len(named) == len(found) else None


def _has(headers: int, name: bytes, count: int) -> bool:
    """Whether so many headers have exactly this name."""
    nothing = ctypes.c_void_p(), ctypes.c_size_t()
    places = map(ctypes.byref, nothing)
    return bool(_library().rd_kafka_header_get(headers, count - 1, name, *places) == 0)


def _whole_name(at: int, value: int, size: int) -> bytes | None:
    """By the words before it: its value's length, its own, its value's address. They count where they fit."""
    value_size, name_size, value_at = _BEFORE.unpack(ctypes.string_at(at - _BEFORE.size, _BEFORE.size))
    fits = (value_size, value_at) == (size, value) and len(ctypes.string_at(at)) <= name_size < 2**31
    return ctypes.string_at(at, name_size) if fits else None


@cache
def _library() -> ctypes.CDLL:
    """The librdkafka that confluent-kafka itself is linked to."""
    library = ctypes.CDLL(cimpl.__file__)
    pointer = ctypes.c_void_p
    library.rd_kafka_header_get_all.argtypes = [pointer, ctypes.c_size_t, pointer, pointer, pointer]
    library.rd_kafka_header_get.argtypes = [pointer, ctypes.c_size_t, ctypes.c_char_p, pointer, pointer]
    library.rd_kafka_header_get_last.argtypes = [pointer, ctypes.c_char_p, pointer, pointer]
    return library
