"""A proxy in front of a broker that reads the protocol just well enough to tell requests apart.

A broker's address for clients has to be the proxy's, else they go past it: see ``parts.ProxiedKafka``.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from faults.traps import Act, Board, Trap

from waybill_sandbox.ports import LOOPBACK

APIS = {
    0: "Produce",
    1: "Fetch",
    2: "ListOffsets",
    3: "Metadata",
    10: "FindCoordinator",
    22: "InitProducerId",
    24: "AddPartitionsToTxn",
    26: "EndTxn",
    75: "DescribeTopicPartitions",
}
"""Requests that traps are set for, by Kafka's number; the label of any other one is its number."""

_AFTER = (Act.HOLD_REPLY, Act.LOSE_REPLY)


class KafkaProxy:
    """Listens on ``port``; passes frames to and from the broker on ``upstream_port``."""

    def __init__(self, port: int, upstream_port: int) -> None:
        self.board = Board()
        self._upstream_port = upstream_port
        self._listener = socket.create_server((LOOPBACK, port), backlog=128)
        self._thread = threading.Thread(target=self._accept, name="kafka-proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.board.clear()
        # close() alone leaves the accept of the other thread waiting.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                broker = socket.create_connection((LOOPBACK, self._upstream_port), timeout=10)
            except OSError:
                client.close()
                continue
            broker.settimeout(None)
            _Link(self.board, client, broker).start()


class _Link:
    """One client's connection."""

    def __init__(self, board: Board, client: socket.socket, broker: socket.socket) -> None:
        self._board, self._client, self._broker = board, client, broker
        self._awaited: dict[int, Trap] = {}

    def start(self) -> None:
        for pump in (self._requests, self._replies):
            threading.Thread(target=self._until_it_ends, args=(pump,), daemon=True).start()

    def _until_it_ends(self, pump: object) -> None:
        with suppress(OSError):
            pump()  # type: ignore[operator]  # one of the two below
        for end in (self._client, self._broker):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _requests(self) -> None:
        while (frame := _frame(self._client)) is not None:
            key, _, correlation = struct.unpack(">hhi", frame[4:12])
            trap = self._board.strike(APIS.get(key, str(key)))
            if trap is not None:
                if trap.fault.act in _AFTER:
                    self._awaited[correlation] = trap
                elif not _passes(trap):
                    return
            self._broker.sendall(frame)

    def _replies(self) -> None:
        while (frame := _frame(self._broker)) is not None:
            [correlation] = struct.unpack(">i", frame[4:8])
            trap = self._awaited.pop(correlation, None)
            if trap is not None and not _passes(trap):
                return
            self._client.sendall(frame)


def _passes(trap: Trap) -> bool:
    """Whether the frame goes on, once it may; if not, the connection ends."""
    match trap.fault.act:
        case Act.SLOW:
            time.sleep(trap.fault.seconds)
            return True
        case Act.HOLD | Act.HOLD_REPLY:
            return trap.goes_on()
        case _:
            return False


def _frame(source: socket.socket) -> bytes | None:
    """The next frame with its length in front, None where the connection ended."""
    head = _exactly(source, 4)
    if head is None:
        return None
    body = _exactly(source, struct.unpack(">i", head)[0])
    return None if body is None else head + body


def _exactly(source: socket.socket, count: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < count:
        part = source.recv(min(65_536, count - len(parts)))
        if not part:
            return None
        parts += part
    return bytes(parts)
