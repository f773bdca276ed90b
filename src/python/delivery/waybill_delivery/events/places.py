"""Between Arrow's arrays and numpy's without copies: where a block's values lie in its bytes, and slices of these."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Integers = npt.NDArray[np.signedinteger[Any]]
Booleans = npt.NDArray[np.bool_]

_WORD = 8
_PLACE = np.int32

_PIECE = 2**17
"""Bytes whose marks are looked for at once: what that takes is little enough to be had again and again for nothing."""


class Places:
    """The bytes of all values, one after the other, and where in them each begins and ends."""

    def __init__(self, data: pa.Buffer, start: Integers, end: Integers) -> None:
        self.data, self.start, self.end = data, start, end
        self._bytes = np.frombuffer(data, np.uint8)
        # The eight bytes from each place on as one number.
        self._words = np.lib.stride_tricks.as_strided(
            np.frombuffer(data, "<u8", data.size // _WORD),
            shape=(max(0, data.size - _WORD + 1),),
            strides=(1,),
            writeable=False,
        )

    def of_byte(self, byte: bytes, past_the_end: int) -> Integers:
        """Where it stands, in order; then so many times the end of the data."""
        pieces = []
        for begin in range(0, self.data.size, _PIECE):
            found = np.flatnonzero(self._bytes[begin : begin + _PIECE] == byte[0])
            pieces.append(np.add(found, begin, dtype=_PLACE, casting="unsafe"))
        return np.concatenate([*pieces, np.full(past_the_end, self.data.size, _PLACE)])

    def stands(self, text: bytes, at: Integers) -> Booleans:
        """Whether the data has ``text`` at each of the places, of which some may lie past the end."""
        last = self.data.size - len(text)
        if last < 0:
            return np.zeros(len(at), np.bool_)
        begins = np.minimum(at, last)
        inside: Booleans = at <= last
        for index, word in _words(text):
            inside &= self._words[begins + index] == word
        for index, byte in _bytes_besides_words(text):
            inside &= self._bytes[begins + index] == byte
        return inside


def places_of(given: pa.LargeBinaryArray) -> Places:
    """Of less than 2 GiB."""
    _, offsets, data = given.buffers()
    both = np.frombuffer(offsets, np.int64)[given.offset : given.offset + len(given) + 1]
    first, last = int(both[0]), int(both[-1])
    data = pa.py_buffer(b"") if data is None else data.slice(first, last - first)
    both = (both - first).astype(_PLACE)
    return Places(data, both[:-1], both[1:])


def slices(data: pa.Buffer, start: Integers, end: Integers) -> pa.BinaryArray:
    """``data[start:end]`` for each pair of places, of which none may lie before the pair's before it, nor past 2 GiB.

    Starts and ends in turn are the offsets of an array that lies in ``data`` as it is; every other of its values is
    wanted.
    """
    count = len(start)
    offsets = np.empty(2 * count, _PLACE)
    offsets[::2], offsets[1::2] = start, end
    buffers = [None, pa.py_buffer(offsets), data]
    pieces = pa.Array.from_buffers(pa.binary(), max(0, 2 * count - 1), buffers)
    return pieces.take(as_arrow(np.arange(0, 2 * count, 2)))


def as_arrow(found: Integers | Booleans) -> pa.Array:
    """``pa.array`` would do, but it imports pandas wherever that is installed."""
    if found.dtype == np.bool_:
        bits = np.packbits(found, bitorder="little")
        return pa.Array.from_buffers(pa.bool_(), len(found), [None, pa.py_buffer(bits)])
    return pa.Array.from_buffers(pa.int64(), len(found), [None, pa.py_buffer(np.ascontiguousarray(found))])


@cache
def _words(text: bytes) -> list[tuple[int, int]]:
    """Words of ``text`` and where they begin; the last one covers its end, and may cover some of the one before."""
    if len(text) < _WORD:
        return []
    begins = {*range(0, len(text) - _WORD + 1, _WORD), len(text) - _WORD}
    return [(index, int.from_bytes(text[index : index + _WORD], "little")) for index in sorted(begins)]


@cache
def _bytes_besides_words(text: bytes) -> list[tuple[int, int]]:
    return list(enumerate(text)) if len(text) < _WORD else []
