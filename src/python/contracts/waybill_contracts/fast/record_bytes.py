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

BACKSLASH = 0x5C

FIRST_PLAIN = 0x20

_PLACE = np.int32
_WORD = 8
_MOST_WORDS = 17
LONGEST_BARE = _MOST_WORDS * _WORD
"""Bytes of a number: more than any has that is read here."""

_PIECE = 2**17
"""Bytes whose marks are looked for at once: what that takes is little enough to be had again and again for nothing."""

_ONES = np.uint64(0x0101010101010101)
_HIGHS = np.uint64(0x8080808080808080)
_SPACES = np.uint64(0x2121212121212121)
_COMMAS = np.uint64(0x2C2C2C2C2C2C2C2C)
_CASE = np.uint64(0x2020202020202020)
_BRACKETS = np.uint64(0x7D7D7D7D7D7D7D7D)


class RecordBytes:
    """The bytes of all values, one after the other, and where in them each begins and ends.

    ``are_plain`` where they are UTF-8 without control characters and backslashes: then what stands between two
    quotation marks is the text that it spells.
    """

    def __init__(self, given: pa.BinaryArray | pa.LargeBinaryArray) -> None:
        """Of less than 2 GiB."""
        both, data = offsets_of(given), given.buffers()[2]
        first, self.size = int(both[0]), int(both[-1]) - int(both[0])
        self.data = pa.py_buffer(b"") if data is None else data.slice(first, self.size)
        both = (both - first).astype(_PLACE)
        self.start, self.end = both[:-1], both[1:]
        padded = self.data if self.size >= _WORD else self.data.to_pybytes().ljust(_WORD, b"\0")
        self._bytes = np.frombuffer(padded, np.uint8)
        # The eight bytes from each place on as one number.
        self._words = np.lib.stride_tricks.as_strided(
            self._bytes[: len(self._bytes) // _WORD * _WORD].view("<u8"),
            shape=(len(self._bytes) - _WORD + 1,),
            strides=(1,),
            writeable=False,
        )
        self._marks, has_backslashes, has_controls = self._looked_through()
        if has_backslashes:
            self._marks = self._marks[~self._are_escaped(self._marks)]
        self.are_plain = not has_backslashes and not has_controls and self._are_utf8()

    def _looked_through(self) -> tuple[WholeNumbers, bool, bool]:
        """Where quotation marks stand; whether backslashes do, and control characters."""
        pieces, has_backslashes, has_controls = [], False, False
        for begin in range(0, self.size, _PIECE):
            piece = self._bytes[begin : min(begin + _PIECE, self.size)]
            pieces.append(np.add(np.flatnonzero(piece == QUOTE[0]), begin, dtype=_PLACE, casting="unsafe"))
            has_backslashes = has_backslashes or bool((piece == BACKSLASH).any())
            has_controls = has_controls or bool(piece.min() < FIRST_PLAIN)
        marks = np.concatenate([*pieces, np.full(1, self.size, _PLACE)])
        return marks, has_backslashes, has_controls

    def _are_utf8(self) -> bool:
        whole = np.array([0, self.size], np.int32)
        try:
            pa.Array.from_buffers(pa.binary(), 1, [None, pa.py_buffer(whole), self.data]).cast(pa.string())
        except pa.ArrowInvalid:
            return False
        return True

    def _are_escaped(self, marks: WholeNumbers) -> Truths:
        """Before which an odd number of backslashes stands. In a text such a mark is none; elsewhere it is no JSON, and
        the values around it will not be taken."""
        found = np.zeros(len(marks), np.bool_)
        looking, before = np.flatnonzero(marks > 0), marks - 1
        while len(looking):
            looking = looking[self._bytes[before[looking]] == BACKSLASH]
            found[looking] = ~found[looking]
            before = before - 1
            looking = looking[before[looking] >= 0]
        return found

    def first_marks(self) -> WholeNumbers:
        """Which quotation mark comes first in each value."""
        return np.searchsorted(self._marks, self.start).astype(_PLACE)

    def mark(self, number: WholeNumbers) -> WholeNumbers:
        """Where a quotation mark stands; at the end of all bytes where there are fewer."""
        found: WholeNumbers = self._marks.take(number, mode="clip")
        return found

    def stands(self, text: bytes, at: WholeNumbers) -> Truths:
        """Whether the data has ``text`` at each of the places, of which some may lie past the end."""
        last = self.size - len(text)
        if last < 0:
            return np.zeros(len(at), np.bool_)
        inside: Truths = at <= last
        if len(text) < _WORD:
            mask = np.uint64((1 << 8 * len(text)) - 1)
            inside &= (self._words_at(at) & mask) == np.uint64(int.from_bytes(text, "little"))
            return inside
        begins = np.minimum(at, last)
        for index, word in _words(text):
            inside &= self._words[begins + index if index else begins] == word
        return inside

    def _words_at(self, at: WholeNumbers) -> npt.NDArray[np.uint64]:
        """The eight bytes from each place on; those past the end are zeros."""
        last = len(self._bytes) - _WORD
        begins = np.minimum(at, last)
        words: npt.NDArray[np.uint64] = self._words[begins]
        late = np.flatnonzero(at > last)
        if len(late):
            beyond = np.minimum(at[late] - last, _WORD).astype(np.uint64)
            # A whole word can't be shifted out at once.
            words[late] = words[late] >> (beyond * np.uint64(4)) >> (beyond * np.uint64(4))
        return words

    def after_bare(self, at: WholeNumbers) -> WholeNumbers:
        """Where a number, ``true``, ``false`` or ``null`` ends: before a comma, a closing bracket or white space."""
        end = np.minimum(at, self.size)
        looking = None
        for _ in range(_MOST_WORDS):
            begin = end if looking is None else end[looking]
            length = _before_end(self._words_at(begin))
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
    return (np.bitwise_count(lowest - np.uint64(1)) >> 3).astype(_PLACE)


def offsets_of(given: pa.BinaryArray | pa.LargeBinaryArray) -> WholeNumbers:
    """Where each value begins in its data, and where the last one ends."""
    offsets = given.buffers()[1]
    if pa.types.is_large_binary(given.type):
        return np.frombuffer(offsets, np.int64)[given.offset : given.offset + len(given) + 1]
    return np.frombuffer(offsets, np.int32)[given.offset : given.offset + len(given) + 1]


def slices(
    data: pa.Buffer, start: WholeNumbers, end: WholeNumbers, null: Truths | None = None
) -> pa.BinaryArray:
    """``data[start:end]`` for each pair of places, of which none may lie before the pair's before it, nor past 2 GiB;
    null where ``null`` says so.

    Starts and ends in turn are the offsets of an array that lies in ``data`` as it is; every other of its values is
    wanted.
    """
    count = len(start)
    offsets = np.empty(2 * count, _PLACE)
    offsets[::2], offsets[1::2] = start, end
    buffers = [None, pa.py_buffer(offsets), data]
    pieces = pa.Array.from_buffers(pa.binary(), max(0, 2 * count - 1), buffers)
    wanted = as_arrow(np.arange(0, 2 * count, 2))
    if null is not None and null.any():
        wanted = pa.Array.from_buffers(
            wanted.type, count, [as_arrow(~null).buffers()[1], wanted.buffers()[1]]
        )
    return pieces.take(wanted)


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
def _words(text: bytes) -> list[tuple[int, np.uint64]]:
    """Words of ``text`` and where they begin; the last one covers its end, and may cover some of the one before."""
    begins = {*range(0, len(text) - _WORD + 1, _WORD), len(text) - _WORD}
    return [
        (index, np.uint64(int.from_bytes(text[index : index + _WORD], "little"))) for index in sorted(begins)
    ]
