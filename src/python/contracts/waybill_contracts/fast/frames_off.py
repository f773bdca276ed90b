"""Values of a block without the frames around them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from waybill_contracts.fast.record_bytes import Truths, offsets_of, slices


def without_frames(
    values: pa.LargeBinaryArray, begin: bytes, length: int
) -> tuple[pa.BinaryArray | pa.LargeBinaryArray, Truths]:
    """And which of them were framed: ``begin`` and more, of ``length`` together, and something after that. The others
    are as they were."""
    places, whole = offsets_of(values), values.buffers()[2]
    first, size = int(places[0]), int(places[-1] - places[0])
    data = pa.py_buffer(b"") if whole is None else whole.slice(first, size)
    start, end = places[:-1] - first, places[1:] - first
    framed: Truths = end - start > length
    text = np.frombuffer(data, np.uint8)
    for index, byte in enumerate(begin):
        framed[framed] = text[start[framed] + index] == byte
    if not framed.any():
        return values, framed
    return slices(data, np.where(framed, start + length, start), end), framed
