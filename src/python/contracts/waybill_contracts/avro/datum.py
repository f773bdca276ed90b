"""A datum's bytes into values, by the schema that wrote them.

Nothing is built that the datum's bytes can't hold: a length is compared with the bytes that are left before anything
is taken, an item takes a byte at least, and of items that take none there are no more than ``MOST_IDLE``. Values are
None, truths, numbers, bytes, texts (an enum's symbol too), lists for arrays and for records (of the fields that take
bytes, by their ``slots``), lists of pairs for maps. A union's value is (branch, value), but for a type beside null,
which stands for itself.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, TypeAlias

from waybill_contracts.avro.endless import MOST_DEPTH
from waybill_contracts.avro.nodes import (
    ArrayType,
    AvroType,
    EnumType,
    FixedType,
    MapType,
    PlainType,
    RecordType,
    UnionType,
    is_null,
    takes_no_bytes,
)
from waybill_contracts.avro.refusing import NotAvro

MOST_IDLE = 10_000
"""Items of no bytes in one datum."""

_LAST_SHIFT = {"int": 28, "long": 63}
_HALF = {"int": 2**31, "long": 2**63}
_float, _double = struct.Struct("<f").unpack_from, struct.Struct("<d").unpack_from


class DatumCursor:
    """Where the reading of a datum stands."""

    __slots__ = ("at", "data", "depth", "idle")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.depth = 0
        self.idle = 0


Read: TypeAlias = Callable[[DatumCursor], Any]


class DatumReader:
    """Of one writer's schema."""

    def __init__(self, schema: AvroType) -> None:
        self._named: dict[RecordType, Read] = {}
        self._waiting: list[tuple[RecordType, list[Read]]] = []
        self._read = self._reader(schema)
        # Not one within the other: references make ways through records that are longer than Python's stack.
        while self._waiting:
            of, parts = self._waiting.pop()
            parts += [self._reader(one.type) for one in of.fields if not takes_no_bytes(one.type)]

    def read(self, data: bytes) -> Any:
        """Raises ``NotAvro``."""
        cursor = DatumCursor(data)
        try:
            found = self._read(cursor)
        except (IndexError, struct.error, UnicodeDecodeError):
            raise NotAvro("it ends too soon, or a text is none") from None
        if cursor.at != len(data):
            raise NotAvro("bytes are left")
        return found

    def _reader(self, of: AvroType) -> Read:
        if takes_no_bytes(of):
            nothing = idle_value(of)
            return lambda _cursor: nothing
        match of:
            case PlainType(kind=kind):
                return _PLAIN[kind]
            case FixedType(size=size):
                return lambda cursor: _taken(cursor, size)
            case EnumType(symbols=symbols):
                return _enum(symbols)
            case ArrayType(items=items):
                return (
                    _idle_items(idle_value(items)) if takes_no_bytes(items) else _blocks(self._reader(items))
                )
            case MapType(values=values):
                return _blocks(_pair(self._reader(values)))
            case UnionType():
                return self._union(of)
        return self._record(of)

    def _record(self, of: RecordType) -> Read:
        if of in self._named:
            return self._named[of]
        parts: list[Read] = []

        def read(cursor: DatumCursor) -> list[Any]:
            cursor.depth += 1
            if cursor.depth > MOST_DEPTH:
                raise NotAvro("it is too deep")
            found = [part(cursor) for part in parts]
            cursor.depth -= 1
            return found

        self._named[of] = read
        self._waiting.append((of, parts))
        return read

    def _union(self, of: UnionType) -> Read:
        branches = [self._reader(one) for one in of.branches]
        count = len(branches)
        if of.beside_null is not None:
            null = 0 if is_null(of.branches[0]) else 1
            other = branches[1 - null]

            def read_optional(cursor: DatumCursor) -> Any:
                branch = _long(cursor)
                if branch == null:
                    return None
                if not 0 <= branch < count:
                    raise NotAvro("the union has no such branch")
                return other(cursor)

            return read_optional

        def read(cursor: DatumCursor) -> Any:
            branch = _long(cursor)
            if not 0 <= branch < count:
                raise NotAvro("the union has no such branch")
            return branch, branches[branch](cursor)

        return read


def _whole(kind: str) -> Read:
    last, half = _LAST_SHIFT[kind], _HALF[kind]

    def read(cursor: DatumCursor) -> int:
        data, at = cursor.data, cursor.at
        byte = data[at]
        at += 1
        found = byte & 0x7F
        shift = 0
        while byte >= 0x80:
            shift += 7
            if shift > last:
                raise NotAvro("a number is too long")
            byte = data[at]
            at += 1
            found |= (byte & 0x7F) << shift
        cursor.at = at
        number = (found >> 1) ^ -(found & 1)
        if not -half <= number < half:
            raise NotAvro("a number is too large")
        return number

    return read


_int, _long = _whole("int"), _whole("long")


def _boolean(cursor: DatumCursor) -> bool:
    byte = cursor.data[cursor.at]
    if byte > 1:
        raise NotAvro("a boolean is neither 0 nor 1")
    cursor.at += 1
    return byte == 1


def _floating(unpack: Callable[[bytes, int], tuple[Any, ...]], size: int) -> Read:
    def read(cursor: DatumCursor) -> float:
        found: float = unpack(cursor.data, cursor.at)[0]
        cursor.at += size
        return found

    return read


def _taken(cursor: DatumCursor, size: int) -> bytes:
    at = cursor.at
    if not 0 <= size <= len(cursor.data) - at:
        raise NotAvro("a length goes beyond the bytes")
    cursor.at = at + size
    return cursor.data[at : at + size]


def _bytes(cursor: DatumCursor) -> bytes:
    return _taken(cursor, _long(cursor))


def _string(cursor: DatumCursor) -> str:
    return _bytes(cursor).decode()


_PLAIN: dict[str, Read] = {
    "null": lambda _cursor: None,
    "boolean": _boolean,
    "int": _int,
    "long": _long,
    "float": _floating(_float, 4),
    "double": _floating(_double, 8),
    "bytes": _bytes,
    "string": _string,
}


def _enum(symbols: tuple[str, ...]) -> Read:
    def read(cursor: DatumCursor) -> str:
        at = _int(cursor)
        if not 0 <= at < len(symbols):
            raise NotAvro("the enum has no such symbol")
        return symbols[at]

    return read


def _pair(value: Read) -> Read:
    return lambda cursor: (_string(cursor), value(cursor))


def idle_value(of: AvroType) -> Any:
    """The one value of a type that takes no bytes."""
    match of:
        case PlainType():
            return None
        case FixedType():
            return b""
    return []


def _idle_items(nothing: Any) -> Read:
    def count_only(cursor: DatumCursor, count: int, found: list[Any]) -> None:
        cursor.idle += count
        if cursor.idle > MOST_IDLE:
            raise NotAvro("too many items of no bytes")
        found += [nothing] * count

    return _in_blocks(count_only)


def _blocks(item: Read) -> Read:
    def take(cursor: DatumCursor, count: int, found: list[Any]) -> None:
        if count > len(cursor.data) - cursor.at:
            raise NotAvro("a count goes beyond the bytes")
        found += [item(cursor) for _ in range(count)]

    return _in_blocks(take)


def _in_blocks(take: Callable[[DatumCursor, int, list[Any]], None]) -> Read:
    """Arrays and maps: blocks of items, the last of none. A block that tells its size in bytes has that size."""

    def read(cursor: DatumCursor) -> list[Any]:
        cursor.depth += 1
        if cursor.depth > MOST_DEPTH:
            raise NotAvro("it is too deep")
        found: list[Any] = []
        while count := _long(cursor):
            if count > 0:
                take(cursor, count, found)
                continue
            size = _long(cursor)
            end = cursor.at + size
            take(cursor, -count, found)
            if cursor.at != end:
                raise NotAvro("a block has another size than it says")
        cursor.depth -= 1
        return found

    return read
