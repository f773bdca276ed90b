"""Where a block's values lie in its bytes, what stands where, and slices of them, which Arrow has without copies."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

WholeNumbers = npt.NDArray[np.signedinteger[Any]]
Truths = npt.NDArray[np.bool_]

QUOTE = b'"'
NULL = b"null"

_BACKSLASH = 0x5C

_WORD = 8
_AFTER = 2 * _WORD
_MOST_WORDS = 17
"""Of a number: more bytes than any has that is read here."""

_PIECE = 2**17
"""Bytes whose marks are looked for at once: what that takes is little enough to be had again and again for nothing."""

_ONES = np.uint64(0x0101010101010101)
_HIGHS = np.uint64(0x8080808080808080)
_SPACES = np.uint64(0x2121212121212121)
_COMMAS = np.uint64(0x2C2C2C2C2C2C2C2C)
_CASE = np.uint64(0x2020202020202020)
_BRACKETS = np.uint64(0x7D7D7D7D7D7D7D7D)


class RecordBytes:
    """The bytes of all values, one after the other, and where in them each begins and ends."""

    def __init__(self, given: pa.LargeBinaryArray) -> None:
        """Of less than 2 GiB."""
        _, offsets, data = given.buffers()
        both = np.frombuffer(offsets, np.int64)[given.offset : given.offset + len(given) + 1]
        first, self.size = int(both[0]), int(both[-1]) - int(both[0])
        self._bytes = np.zeros(self.size + _AFTER, np.uint8)
        if self.size:
            self._bytes[: self.size] = np.frombuffer(data, np.uint8)[first : first + self.size]
        self.data = pa.py_buffer(self._bytes)
        self.start, self.end = both[:-1] - first, both[1:] - first
        # The eight bytes from each place on as one number.
        self._words = np.lib.stride_tricks.as_strided(
            self._bytes[: len(self._bytes) // _WORD * _WORD].view("<u8"),
            shape=(len(self._bytes) - _WORD + 1,),
            strides=(1,),
            writeable=False,
        )
        self._marks = self._places_of_marks()

    def _places_of_marks(self) -> WholeNumbers:
        pieces = []
        for begin in range(0, self.size, _PIECE):
            found = np.flatnonzero(self._bytes[begin : begin + _PIECE] == QUOTE[0])
            pieces.append(found + begin)
        marks = np.concatenate([*pieces, np.full(1, self.size, np.int64)])
        return marks[~self._are_escaped(marks)] if b"\\" in self._bytes.tobytes() else marks

    def _are_escaped(self, marks: WholeNumbers) -> Truths:
        """Before which an odd number of backslashes stands. In a text such a mark is none; elsewhere it is no JSON, and
        the values around it will not be taken."""
        found = np.zeros(len(marks), np.bool_)
        looking, before = np.flatnonzero(marks > 0), marks - 1
        while len(looking):
            looking = looking[self._bytes[before[looking]] == _BACKSLASH]
            found[looking] = ~found[looking]
            before = before - 1
            looking = looking[before[looking] >= 0]
        return found

    def first_marks(self) -> WholeNumbers:
        """Which quotation mark comes first in each value."""
        return np.searchsorted(self._marks, self.start)

    def mark(self, number: WholeNumbers) -> WholeNumbers:
        """Where a quotation mark stands; at the end of all bytes where there are fewer."""
        found: WholeNumbers = self._marks.take(number, mode="clip")
        return found

    def stands(self, text: bytes, at: WholeNumbers) -> Truths:
        """Whether the data has ``text`` at each of the places, of which some may lie past the end."""
        last = len(self._bytes) - max(len(text), _WORD)
        if last < 0:
            return np.zeros(len(at), np.bool_)
        begins = np.minimum(at, last)
        inside: Truths = at <= last
        for index, word, mask in _words(text):
            found = self._words[begins + index if index else begins]
            inside &= (found if mask is None else found & mask) == word
        return inside

    def after_bare(self, at: WholeNumbers) -> WholeNumbers:
        """Where a number, ``true``, ``false`` or ``null`` ends: before a comma, a closing bracket or white space."""
        end = np.minimum(at, self.size)
        looking = None
        for _ in range(_MOST_WORDS):
            begin = end if looking is None else end[looking]
            length = _before_end(self._words[begin])
            if looking is None:
                end = end + length
                looking = np.flatnonzero(length == _WORD)
            else:
                end[looking] = begin + length
                looking = looking[length == _WORD]
            looking = looking[end[looking] < self.size]
            if not len(looking):
                break
        return np.minimum(end, self.size)


def _before_end(words: npt.NDArray[np.uint64]) -> WholeNumbers:
    """How many of a word's bytes come before the first one that ends a number or a name of JSON.

    A borrow marks bytes beyond a true one only, so the lowest mark is a true one.
    """
    commas, brackets = words ^ _COMMAS, (words | _CASE) ^ _BRACKETS
    marked = (words - _SPACES) & ~words
    marked |= (commas - _ONES) & ~commas
    marked |= (brackets - _ONES) & ~brackets
    marked &= _HIGHS
    lowest = marked & (~marked + np.uint64(1))
    return (np.bitwise_count(lowest - np.uint64(1)) >> 3).astype(np.int64)


def slices(data: pa.Buffer, start: WholeNumbers, end: WholeNumbers) -> pa.BinaryArray:
    """``data[start:end]`` for each pair of places, of which none may lie before the pair's before it, nor past 2 GiB.

    Starts and ends in turn are the offsets of an array that lies in ``data`` as it is; every other of its values is
    wanted.
    """
    count = len(start)
    offsets = np.empty(2 * count, np.int32)
    offsets[::2], offsets[1::2] = start, end
    buffers = [None, pa.py_buffer(offsets), data]
    pieces = pa.Array.from_buffers(pa.binary(), max(0, 2 * count - 1), buffers)
    return pieces.take(as_arrow(np.arange(0, 2 * count, 2)))


def as_arrow(found: WholeNumbers | Truths) -> pa.Array:
    """``pa.array`` would do, but it imports pandas wherever that is installed."""
    if found.dtype == np.bool_:
        bits = np.packbits(found, bitorder="little")
        return pa.Array.from_buffers(pa.bool_(), len(found), [None, pa.py_buffer(bits)])
    whole = np.ascontiguousarray(found, np.int64)
    return pa.Array.from_buffers(pa.int64(), len(found), [None, pa.py_buffer(whole)])


def as_booleans(found: pa.BooleanArray) -> Truths:
    """Null is false."""
    if found.null_count:
        found = found.fill_null(False)  # noqa: FBT003
    bits = found.cast(pa.uint8())
    return np.frombuffer(bits.buffers()[1], np.uint8, len(bits), bits.offset).astype(np.bool_)


@cache
def _words(text: bytes) -> list[tuple[int, np.uint64, np.uint64 | None]]:
    """Words of ``text`` and where they begin; the last one covers its end, and may cover some of the one before."""
    if not text:
        return []
    if len(text) < _WORD:
        mask = (1 << 8 * len(text)) - 1
        return [(0, np.uint64(int.from_bytes(text, "little")), np.uint64(mask))]
    begins = {*range(0, len(text) - _WORD + 1, _WORD), len(text) - _WORD}
    return [
        (index, np.uint64(int.from_bytes(text[index : index + _WORD], "little")), None)
        for index in sorted(begins)
    ]
