"""What fast paths say of a block, and what they look at together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waybill_contracts.fast.record_bytes import Truths

LONGEST = 65_536
"""Bytes of a value that is looked at here; longer ones are left to the judge."""

AT_ONCE = 2**23
"""Bytes of values that are looked at together: what is noted of them may take sixteen times as many."""

RAISED: tuple[type[Exception], ...] = (pa.ArrowException, ArithmeticError, LookupError, TypeError, ValueError)
"""Whatever a library raises of a block's records says nothing of any of them."""


@dataclass(frozen=True)
class FastRows:
    """``taken`` has a truth for each value that was given; ``rows`` the contract's columns of those that are true, in
    their order, ``extra`` what ``_extra`` has of them."""

    taken: Truths
    rows: pa.Table
    extra: pa.ChunkedArray


def parts_of_block(values: pa.LargeBinaryArray) -> list[tuple[int, int]]:
    """The block in parts of not too many bytes."""
    ends = np.cumsum(pc.fill_null(pc.binary_length(values), 0).to_numpy(zero_copy_only=False))
    parts, begin = [], 0
    while begin < len(values):
        before = ends[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, before + AT_ONCE, side="right")))
        parts.append((begin, end))
        begin = end
    return parts
