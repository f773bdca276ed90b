"""Kafka's wire protocol, as much as it takes to store any record: clients refuse to send half of what brokers take.

Header names of any bytes, timestamps of all 64 bits, values of null: a record batch of format 2 holds them, and a
broker stores what has the right checksum. One connection, one node, plaintext. Written from Kafka's protocol guide.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

SECONDS = 30.0
NO_TIMESTAMP = -1

_PRODUCE, _PRODUCE_VERSION = 0, 8
_LIST_OFFSETS, _LIST_OFFSETS_VERSION = 2, 1
_CREATE_TOPICS, _CREATE_TOPICS_VERSION = 19, 4
_IN_FLIGHT = 50
_TOPIC_EXISTS = 36

Headers = tuple[tuple[bytes, bytes | None], ...]


@dataclass(frozen=True, slots=True)
class WireRecord:
    """One record as it is to stand in the log. ``timestamp`` is what the producer says, in whatever unit it likes."""

    value: bytes | None
    key: bytes | None = None
    headers: Headers = ()
    timestamp: int = NO_TIMESTAMP


class Refused(Exception):
    """The broker's error code for what was asked."""


class Wire:
    """A connection to the one node at ``host:port``. Use it as a context manager."""

    def __init__(self, bootstrap_servers: str) -> None:
        host, port = bootstrap_servers.rsplit(":", 1)
        self._socket = socket.create_connection((host, int(port)), SECONDS)
        self._sent = 0
        self.appends_own_time = False
        """Whether the last record's topic had the broker's own time written over the record's."""

    def create_topic(
        self, name: str, *, partitions: int = 1, config: Mapping[str, str] | None = None
    ) -> None:
        """Returns when each partition can be written to. A topic that is there already stays as it is."""
        settings = b"".join(_text(key) + _text(value) for key, value in sorted((config or {}).items()))
        topic = _text(name) + struct.pack(">ihii", partitions, 1, 0, len(config or {})) + settings
        asked = struct.pack(">i", 1) + topic + struct.pack(">ib", int(SECONDS * 1000), 0)
        self._ask(_CREATE_TOPICS, _CREATE_TOPICS_VERSION, asked)
        reply = self._reply()
        at = 8 + 2 + len(name.encode())
        [code] = struct.unpack_from(">h", reply, at)
        if code not in (0, _TOPIC_EXISTS):
            raise Refused(f"CreateTopics of {name}: error {code}")
        for partition in range(partitions):
            self._await_leader(name, partition)

    def produce(self, topic: str, records: Sequence[WireRecord], partition: int = 0) -> list[int]:
        """Each record in a batch of its own, so that none depends on another's timestamp; returns their offsets."""
        offsets: list[int] = []
        for some in _chunks(records):
            for record in some:
                self._ask(_PRODUCE, _PRODUCE_VERSION, _produce(topic, partition, record_batch([record])))
            for _ in some:
                offset, appended_at = _stored_at(self._reply(), topic)
                offsets.append(offset)
                self.appends_own_time = appended_at != NO_TIMESTAMP
        return offsets

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _await_leader(self, topic: str, partition: int) -> None:
        """A topic is created before its node knows that it leads it."""
        deadline = time.monotonic() + SECONDS
        asked = struct.pack(">ii", -1, 1) + _text(topic) + struct.pack(">iiq", 1, partition, -1)
        while True:
            self._ask(_LIST_OFFSETS, _LIST_OFFSETS_VERSION, asked)
            [code] = struct.unpack_from(">h", self._reply(), 4 + 2 + len(topic.encode()) + 4 + 4)
            if not code:
                return
            if time.monotonic() > deadline:
                raise Refused(f"{topic} partition {partition} has no leader: error {code}")
            time.sleep(0.02)

    def _ask(self, api: int, version: int, body: bytes) -> None:
        self._sent += 1
        header = struct.pack(">hhi", api, version, self._sent) + _text("wire")
        self._socket.sendall(struct.pack(">i", len(header) + len(body)) + header + body)

    def _reply(self) -> bytes:
        """What follows the correlation id; replies come in the order of the requests."""
        [length] = struct.unpack(">i", self._exactly(4))
        return self._exactly(length)[4:]

    def _exactly(self, count: int) -> bytes:
        parts, missing = [], count
        while missing:
            part = self._socket.recv(min(missing, 1 << 16))
            if not part:
                raise Refused("the broker closed the connection")
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)


def record_batch(records: Sequence[WireRecord]) -> bytes:
    """A batch of format 2, uncompressed, of no producer id. Timestamps are differences, which wrap in 64 bits."""
    first = records[0].timestamp
    body = b"".join(_record(record, index, first) for index, record in enumerate(records))
    largest = max(record.timestamp for record in records)
    checked = struct.pack(">hiqqqhii", 0, len(records) - 1, first, largest, -1, -1, -1, len(records)) + body
    rest = struct.pack(">ibI", -1, 2, crc32c(checked)) + checked
    return struct.pack(">qi", 0, len(rest)) + rest


def _record(record: WireRecord, index: int, first: int) -> bytes:
    headers = b"".join(_bytes(name) + _bytes(value) for name, value in record.headers)
    body = (
        b"\x00"
        + _varint(_wrapped(record.timestamp - first))
        + _varint(index)
        + _bytes(record.key)
        + _bytes(record.value)
        + _varint(len(record.headers))
        + headers
    )
    return _varint(len(body)) + body


def crc32c(data: bytes) -> int:
    """Castagnoli's checksum."""
    found = 0xFFFFFFFF
    for byte in data:
        found = _TABLE[(found ^ byte) & 0xFF] ^ (found >> 8)
    return found ^ 0xFFFFFFFF


def _table() -> Iterator[int]:
    for number in range(256):
        found = number
        for _ in range(8):
            found = (found >> 1) ^ (0x82F63B78 if found & 1 else 0)
        yield found


_TABLE = tuple(_table())


def _wrapped(number: int) -> int:
    return (number + 2**63) % 2**64 - 2**63


def _varint(number: int) -> bytes:
    """Zigzag, seven bits a byte, the lowest first."""
    left = (number << 1) ^ (number >> 63)
    out = bytearray()
    while left > 0x7F:
        out.append(left & 0x7F | 0x80)
        left >>= 7
    out.append(left)
    return bytes(out)


def _bytes(value: bytes | None) -> bytes:
    return _varint(-1) if value is None else _varint(len(value)) + value


def _text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack(">h", len(raw)) + raw


def _produce(topic: str, partition: int, batch: bytes) -> bytes:
    """One partition's batch, acknowledged by all replicas."""
    head = struct.pack(">hhii", -1, -1, int(SECONDS * 1000), 1) + _text(topic)
    return head + struct.pack(">iii", 1, partition, len(batch)) + batch


def _stored_at(reply: bytes, topic: str) -> tuple[int, int]:
    """A batch's first offset, and the broker's own time where it took that."""
    at = 4 + 2 + len(topic.encode()) + 4
    _partition, code, offset, appended_at = struct.unpack_from(">ihqq", reply, at)
    if code:
        raise Refused(f"Produce to {topic}: error {code}, {reply[at:]!r}")
    return int(offset), int(appended_at)


def _chunks(records: Iterable[WireRecord]) -> Iterator[list[WireRecord]]:
    """Few enough that their replies fit into the connection's buffers while nobody reads them."""
    chunk: list[WireRecord] = []
    for record in records:
        chunk.append(record)
        if len(chunk) == _IN_FLIGHT:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
