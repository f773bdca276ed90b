"""A record's headers as Kafka has them, names as bytes. Why it is done so: docs/decisions/header-names.md.

confluent-kafka keeps librdkafka's own list of headers in a ``Message`` until Python asks for it, and fails at a name
that is no UTF-8. So the list is read before, by librdkafka's functions, if what lies around it shows that it is one.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from confluent_kafka import Message, cimpl, version

from waybill_common.errors import EnvironmentMissing

Headers = tuple[tuple[bytes, bytes | None], ...]

_WORD = ctypes.sizeof(ctypes.c_size_t)
_TOPIC, _VALUE, _KEY, _HEADERS, _LIST, _ERROR = 2, 3, 4, 5, 6, 7
"""Words of a ``Message`` after the two of every Python object. ``_LIST`` is librdkafka's list, or null."""


_BEFORE = struct.Struct("@NNNN")


def headers_of(message: Message) -> Headers:
    """Names and values in their order, the names whole.

    Raises ``EnvironmentMissing`` for a name that is no UTF-8 where this confluent-kafka keeps its messages otherwise.
    """
    if _is_laid_out_as_known(message) and (found := _word(id(message), _LIST)):
        return tuple(_read(found))
    try:
        headers: Any = message.headers() or ()
    except (SystemError, UnicodeDecodeError) as error:
        raise EnvironmentMissing(
            f"A header of {message.topic()} partition {message.partition()} offset {message.offset()} has a name "
            f"that is no UTF-8, and confluent-kafka {version()} does not hand it out.",
            allowed="the confluent-kafka that this release was built with.",
            remedy="use the release's own artifacts, or the versions in its lock files; then run again.",
        ) from error
    return tuple((name.encode(), value) for name, value in headers)


def last_headers(messages: Sequence[Message], name: bytes) -> Iterator[Headers]:
    """Of each message the last header of that name alone, where it has one: a block's, at a fraction of what all cost.

    Raises as ``headers_of`` does.
    """
    are_known = bool(messages) and _is_laid_out_as_known(messages[0])  # all are of one type
    ask = _librdkafka().rd_kafka_header_get_last
    value, size = ctypes.c_void_p(), ctypes.c_size_t()
    places = ctypes.byref(value), ctypes.byref(size)
    for message in messages:
        if not are_known or _word(id(message), _HEADERS):
            yield tuple(one for one in headers_of(message) if one[0] == name)[-1:]
        elif (found := _word(id(message), _LIST)) and ask(found, name, *places) == 0:
            yield ((name, None if value.value is None else ctypes.string_at(value.value, size.value)),)
        else:
            yield ()


def _is_laid_out_as_known(message: Message) -> bool:
    """Whether the words around the list hold what the message says of itself."""
    if Message.__basicsize__ <= _ERROR * _WORD or _word(id(message), _HEADERS):
        return False
    if _word(id(message), _ERROR) != id(message.error()):
        return False
    told = {_TOPIC: message.topic(), _VALUE: message.value(), _KEY: message.key()}
    # Of a key or a value that is null there is no object: the word is null, too.
    return all(
        _word(id(message), at) in ((0, id(part)) if part is None else (id(part),))
        for at, part in told.items()
    )


def _read(headers: int) -> Iterator[tuple[bytes, bytes | None]]:
    ask, index = _librdkafka().rd_kafka_header_get_all, 0
    name, value, size = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_size_t()
    places = ctypes.byref(name), ctypes.byref(value), ctypes.byref(size)
    while ask(headers, index, *places) == 0:
        held = None if value.value is None else ctypes.string_at(value.value, size.value)
        yield _name(name.value or 0, value.value or 0, size.value, has_value=held is not None), held
        index += 1


def _name(at: int, value: int, size: int, *, has_value: bool) -> bytes:
    """The name at an address, past a NUL inside it.

    librdkafka tells where a name begins, and ends it with a NUL as C does. Before it lie the header's length as it was
    on the wire, the lengths of value and name, and the value's address: told by all of them fitting together.
    """
    wire, value_size, name_size, value_at = _BEFORE.unpack(ctypes.string_at(at - _BEFORE.size, _BEFORE.size))
    lengths = _varint_size(name_size) + _varint_size(size if has_value else -1)
    if (value_size, value_at, wire) == (size, value, lengths + name_size + size):
        return ctypes.string_at(at, name_size)
    return ctypes.string_at(at)


def _varint_size(number: int) -> int:
    """Bytes that Kafka spends on a length."""
    zigzag = 2 * number if number >= 0 else 1
    return (zigzag.bit_length() + 6) // 7 or 1


def _word(address: int, index: int) -> int:
    return ctypes.c_size_t.from_address(address + index * _WORD).value


@cache
def _librdkafka() -> ctypes.CDLL:
    """The one that confluent-kafka itself is linked to."""
    library = ctypes.CDLL(cimpl.__file__)
    pointer = ctypes.c_void_p
    library.rd_kafka_header_get_all.argtypes = [pointer, ctypes.c_size_t, pointer, pointer, pointer]
    library.rd_kafka_header_get_last.argtypes = [pointer, ctypes.c_char_p, pointer, pointer]
    return library
