"""How much of a split is held as raw records: a block ends where it has enough of them, or of their bytes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from confluent_kafka import Message

from waybill_common.kafka import headers_of, offset_of
from waybill_common.ledger import Split

_LOOKED_AT = 16
"""Records of a list of which key and headers are weighed: to take those out of each costs more than the rest."""


class Cutter:
    """Cuts the records of one split, which come in lists, into blocks that end at every ``block``-th offset of it, and
    earlier where they have more than ``most`` bytes; a record that has them alone is alone in its block.

    ``pending`` are those of the block that is not full yet.
    """

    def __init__(self, split: Split, start: int, block: int, most: int) -> None:
        self.split = split
        self.pending: list[Message] = []
        self.is_new = True
        self._block, self._most = block, most
        self._held = 0
        self._edge = self._edge_behind(start)

    def cut(self, messages: list[Message], size: int) -> Iterator[list[Message]]:
        """Blocks that are full, or end where the split does; ``messages`` weigh ``size``."""
        if self._held + size > self._most:
            if self.pending:
                yield self._given(self.pending)
            *whole, (self.pending, self._held) = _pieces(messages, size, self._most)
            for piece, _ in whole:
                yield self._given(piece)
            self._edge = self._edge_behind(offset_of(self.pending[0]))
            messages = []
        self._held += size if messages else 0
        taken, last = 0, offset_of((messages or self.pending)[-1])
        while taken < len(messages) and last + 1 >= min(self._edge, self.split.end):
            end = bisect_left(messages, self._edge, key=offset_of)
            full = [*self.pending, *messages[taken:end]]
            self.pending, taken, self._edge, self._held = [], end, self._edge + self._block, size
            yield self._given(full)
        self.pending += messages[taken:]

    def _given(self, block: list[Message]) -> list[Message]:
        self.is_new = False
        return block

    def _edge_behind(self, offset: int) -> int:
        """Where the block with ``offset`` ends."""
        return self.split.start + ((offset - self.split.start) // self._block + 1) * self._block


def weight(messages: Sequence[Message]) -> int:
    """Bytes of values, and by a sample those of keys and headers."""
    return sum(weights(messages))


def weights(messages: Sequence[Message]) -> tuple[int, int]:
    """The same, each by itself."""
    step = 1 + len(messages) // _LOOKED_AT
    beside = sum(
        len(message.key() or b"") + sum(len(name) + len(value or b"") for name, value in headers_of(message))
        for message in messages[::step]
    )
    return sum(map(len, messages)), beside * step


def _pieces(messages: list[Message], size: int, most: int) -> Iterator[tuple[list[Message], int]]:
    """Halves of halves, until each has at most ``most`` bytes or is one record; none is empty. With their sizes."""
    if len(messages) == 1 or size <= most:
        yield messages, size
        return
    half = len(messages) // 2
    for part in (messages[:half], messages[half:]):
        yield from _pieces(part, weight(part), most)
