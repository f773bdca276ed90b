"""Percentiles."""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(ascending: Sequence[float], share: float) -> float:
    """The least value that at least ``share`` per cent of the values do not exceed. Raises ``ValueError`` for none."""
    if not ascending:
        raise ValueError("no values have no percentile")
    rank = math.ceil(share / 100 * len(ascending))
    return ascending[max(0, rank - 1)]
