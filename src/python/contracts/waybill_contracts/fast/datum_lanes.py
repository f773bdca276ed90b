"""Datums of Avro read side by side: one step of the schema at a time, for all records of a block.

Each record is a lane, with the place where its reading stands. Where a lane can't go on it is marked as bad, its place
stays within the record, and what is read of it from then on means nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waybill_contracts.fast.record_bytes import Truths, WholeNumbers

_WORD = 8
_AFTER = 4 * _WORD
_ENDS = np.uint64(0x8080808080808080)
_SEVENS = np.uint64(0x7F7F7F7F7F7F7F7F)
_ONE = np.uint64(1)
_FOLDS = (
    (np.uint64(0x007F007F007F007F), np.uint64(0x7F007F007F007F00), np.uint64(1)),
    (np.uint64(0x00003FFF00003FFF), np.uint64(0x3FFF00003FFF0000), np.uint64(2)),
    (np.uint64(0x000000000FFFFFFF), np.uint64(0x0FFFFFFF00000000), np.uint64(4)),
)
"""From groups of seven bits, one in each byte, to one number of 56."""

_LONGEST_INT = 5

Words = npt.NDArray[np.uint64]


class DatumBytes:
    """The bytes of all values, one after the other, with some beyond them that nothing is in."""

    def __init__(self, given: pa.LargeBinaryArray) -> None:
        """Of less than 2 GiB."""
        _, offsets, data = given.buffers()
        both = np.frombuffer(offsets, np.int64)[given.offset : given.offset + len(given) + 1]
        first, size = int(both[0]), int(both[-1] - both[0])
        self.units = np.zeros(size + _AFTER, np.uint8)
        if size:
            self.units[:size] = np.frombuffer(data, np.uint8)[first : first + size]
        self.data = pa.py_buffer(self.units)
        self.start, self.end = both[:-1] - first, both[1:] - first
        self.words: Words = np.lib.stride_tricks.as_strided(
            self.units[: len(self.units) // _WORD * _WORD].view("<u8"),
            shape=(size + _AFTER - _WORD + 1,),
            strides=(1,),
            writeable=False,
        )


class Lanes:
    def __init__(self, of: DatumBytes, at: WholeNumbers, end: WholeNumbers, bad: Truths) -> None:
        self.of = of
        self.at = at
        self.end = end
        self.bad = bad

    def __len__(self) -> int:
        return len(self.at)

    def some(self, which: WholeNumbers) -> Lanes:
        """These alone, from where they stand."""
        return Lanes(self.of, self.at[which], self.end[which], self.bad[which])

    def follow(self, which: WholeNumbers, some: Lanes) -> None:
        """Goes on from where ``some`` came to."""
        self.at[which], self.bad[which] = some.at, some.bad

    def spoil(self, bad: Truths) -> None:
        self.bad |= bad

    def step(self, length: Any) -> WholeNumbers:
        """Where the next ``length`` bytes begin. Nothing of a record that has fewer is passed."""
        begin = self.at
        room = self.end - begin
        over = (length < 0) | (length > room)
        if over.any():
            self.bad |= over
            length = np.where(over, 0, length)
        self.at = begin + length
        return begin

    def word(self, length: int) -> Words:
        """The next bytes, at most eight, the first one lowest; what is beyond ``length`` is whatever follows."""
        found: Words = self.of.words[self.step(length)]
        return found

    def whole(self, *, is_int: bool = False) -> WholeNumbers:
        """A number in groups of seven bits."""
        words: Words = self.of.words[self.at]
        ends = ~words & _ENDS
        lowest = ends & (~ends + _ONE)
        # All bits up to the end of the group that is the last one; all there are where none of eight is.
        inside = lowest | (lowest - _ONE)
        found = words & inside & _SEVENS
        for low, high, shift in _FOLDS:
            found = (found & low) | ((found & high) >> shift)
        length = (np.bitwise_count(inside) >> 3).astype(np.int64)
        longer = np.flatnonzero(lowest == 0)
        if len(longer):
            found[longer], length[longer] = self._of_ten(longer, found[longer])
        number = (found >> _ONE).view(np.int64) ^ -(found & _ONE).view(np.int64)
        if is_int:
            self.bad |= (length > _LONGEST_INT) | (number != number.astype(np.int32))
        self.step(length)
        return number

    def _of_ten(self, which: WholeNumbers, low: Words) -> tuple[Words, WholeNumbers]:
        """Of numbers with a ninth group, and maybe a tenth of one bit."""
        at = self.at[which] + _WORD
        ninth, tenth = (self.of.units[at + more].astype(np.uint64) for more in (0, 1))
        has_tenth = ninth >= 0x80
        found = low | ((ninth & np.uint64(0x7F)) << np.uint64(56))
        found |= np.where(has_tenth, tenth & _ONE, np.uint64(0)) << np.uint64(63)
        self.bad[which] |= has_tenth & (tenth > 1)
        return found, np.where(has_tenth, 10, 9)

    def sized(self) -> tuple[WholeNumbers, WholeNumbers]:
        """Where bytes begin and end whose length stands before them."""
        begin = self.step(self.whole())
        return begin, self.at
