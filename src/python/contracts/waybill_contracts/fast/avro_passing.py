"""Values of Avro that no column has: they are passed, and have to be values of the schema all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from waybill_contracts.avro import (
    ArrayType,
    AvroType,
    MapType,
    PlainType,
    RecordType,
    UnionType,
    takes_no_bytes,
)
from waybill_contracts.fast.avro_leaves import skipped
from waybill_contracts.fast.datum_lanes import Lanes
from waybill_contracts.fast.lane_steps import chosen_branches, spoiling, step_by_step

MOST_STEPS = 2_000
"""Of a whole schema: what is larger is the judge's."""

MOST_DEPTH = 100

Around = tuple[str, ...]
"""The records that a value is in, by their names, and lists and maps without one."""

Pass = Callable[[Lanes], object]


class NotFast(Exception):
    """No datum that has this value is read here."""


@dataclass
class StepBudget:
    """Records may hold each other twice, and so have far more steps than types."""

    left: int = field(default=MOST_STEPS)

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise NotFast


def inside(around: Around, of: AvroType) -> Around:
    """A record in itself is read by the judge, and what may be deeper than a datum is."""
    name = of.name if isinstance(of, RecordType) else ""
    if (name and name in around) or len(around) >= MOST_DEPTH:
        raise NotFast
    return (*around, name)


def passed(of: AvroType, around: Around, budget: StepBudget) -> Pass:
    """Raises ``NotFast``."""
    budget.take()
    match of:
        case RecordType():
            within = inside(around, of)
            return _together(
                [passed(one.type, within, budget) for one in of.fields if not takes_no_bytes(one.type)]
            )
        case UnionType():
            return _passed_union(of, around, budget)
        case ArrayType(items=items):
            if takes_no_bytes(items):
                raise NotFast
            return _passed_items(passed(items, inside(around, of), budget))
        case MapType(values=values):
            within = inside(around, of)
            parts = [skipped(PlainType("string"))]
            parts += [] if takes_no_bytes(values) else [passed(values, within, budget)]
            return _passed_items(_together(parts))
    return skipped(of)


def _together(parts: list[Pass]) -> Pass:
    def walk(lanes: Lanes) -> None:
        for part in parts:
            part(lanes)

    return walk


def _passed_items(item: Pass) -> Pass:
    return lambda lanes: step_by_step(lanes, lambda some, _which: item(some))


def _passed_union(of: UnionType, around: Around, budget: StepBudget) -> Pass:
    parts = [_passed_branch(one, around, budget) for one in of.branches]

    def walk(lanes: Lanes) -> None:
        branch = chosen_branches(lanes, len(parts))
        for at, part in enumerate(parts):
            which = np.flatnonzero(branch == at)
            if part is not None and len(which):
                some = lanes.some(which)
                part(some)
                lanes.follow(which, some)

    return walk


def _passed_branch(of: AvroType, around: Around, budget: StepBudget) -> Pass | None:
    if takes_no_bytes(of):
        return None
    try:
        return passed(of, around, budget)
    except NotFast:
        return spoiling(pa.null())
