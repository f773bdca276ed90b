"""Steps that lanes take apart: branches of unions, items of arrays and maps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from waybill_contracts.fast.datum_lanes import Lanes
from waybill_contracts.fast.nulls import nulls_of
from waybill_contracts.fast.record_bytes import WholeNumbers

MOST_ITEMS = 64
"""Of an array or a map: each is a step for all lanes that have as many."""

FEW_STEPS = 4
FEW_LANES = 64
"""With less lanes the judge is sooner done."""

LaneWalk = Callable[[Lanes], "pa.Array"]
"""From lanes to a value of each."""


def spoiling(kind: pa.DataType) -> LaneWalk:
    def walk(lanes: Lanes) -> pa.Array:
        lanes.spoil(np.ones(len(lanes), np.bool_))
        return nulls_of(kind, len(lanes))

    return walk


def chosen_branches(lanes: Lanes, count: int) -> WholeNumbers:
    """Of a lane that names none, the first."""
    branch = lanes.whole()
    out = (branch < 0) | (branch >= count)
    lanes.spoil(out)
    return np.where(out, 0, branch)


def all_items(lanes: Lanes, item: LaneWalk, empty: pa.Array) -> tuple[WholeNumbers, pa.Array, WholeNumbers]:
    """How many items each lane has, all of them step by step, and the order that makes those of a lane neighbours."""
    parts, owners = [empty], [np.zeros(0, np.int64)]

    def take(some: Lanes, which: WholeNumbers) -> None:
        parts.append(item(some))
        owners.append(which)

    counts = step_by_step(lanes, take)
    return counts, pa.concat_arrays(parts), np.argsort(np.concatenate(owners), kind="stable")


def step_by_step(lanes: Lanes, take: Callable[[Lanes, WholeNumbers], object]) -> WholeNumbers:
    """Items stand in one block; what comes in several is the judge's. So is what only a few lanes have so much of: a
    step costs as much for them as for thousands, and lists in lists have a multiple of each other's steps."""
    counts = lanes.whole()
    lanes.spoil((counts < 0) | (counts > MOST_ITEMS))
    counts = np.where(lanes.bad, 0, counts)
    for step in range(int(counts.max(initial=0))):
        which = np.flatnonzero(counts > step)
        if step >= FEW_STEPS and len(which) < FEW_LANES:
            lanes.bad[which], counts[which] = True, step
            break
        some = lanes.some(which)
        take(some, which)
        lanes.follow(which, some)
    _end_blocks(lanes, counts)
    return counts


def _end_blocks(lanes: Lanes, counts: WholeNumbers) -> None:
    which = np.flatnonzero(counts > 0)
    some = lanes.some(which)
    some.spoil(some.whole() != 0)
    lanes.follow(which, some)


def ends_of(counts: WholeNumbers) -> pa.Buffer:
    found = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=found[1:])
    return pa.py_buffer(found)
