"""A value's rules in Arrow. What breaks one here is left to the check, which knows whether it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from waybill_contracts.document import DescribedValue, Primitive, parse_pattern, parts_of
from waybill_contracts.fast.arrow_scalars import as_array
from waybill_contracts.fast.patterns import for_re2
from waybill_contracts.types import LONGEST, bound_of

Keeps = Callable[[pa.Array], pa.Array]

_BOUNDS = {
    "minimum": pc.greater_equal,
    "maximum": pc.less_equal,
    "exclusiveMinimum": pc.greater,
    "exclusiveMaximum": pc.less,
}
MOST_PARTS = 200
"""Literals and classes of a pattern that Arrow searches for."""

_INT64 = range(-(2**63), 2**63)


def rules_in_arrow(described: DescribedValue, of: pa.DataType) -> tuple[Keeps, ...] | None:
    """``None`` where a rule has no reading in Arrow."""
    found = [_rule(described, of, keyword, rule) for keyword, rule in described.rules.items()]
    rules = tuple(one for one in found if one is not None)
    return rules if len(rules) == len(found) else None


def _rule(described: DescribedValue, of: pa.DataType, keyword: str, rule: Any) -> Keeps | None:
    match keyword:
        case "minLength":
            return lambda values: pc.greater_equal(pc.utf8_length(values), rule)
        case "maxLength":
            return lambda values: pc.less_equal(pc.utf8_length(values), rule)
        case "pattern":
            return _pattern(rule)
        case "enum" | "const":
            return _listed(rule if keyword == "enum" else (rule,), of)
    assert isinstance(described.type, Primitive)  # noqa: S101  # lists and maps have no bounds
    if described.type.family == "time":
        return None
    return _bound(keyword, bound_of(described, keyword, rule), of)


def _pattern(pattern: str) -> Keeps | None:
    """A large one RE2 refuses, or searches slowly."""
    if parts_of(parse_pattern(pattern)) > MOST_PARTS:
        return None
    spelled = for_re2(pattern)
    return lambda values: pc.match_substring_regex(values, spelled)


def _listed(listed: tuple[Any, ...], of: pa.DataType) -> Keeps:
    if pa.types.is_int64(of):
        listed = tuple(
            one for one in map(int, (one for one in listed if len(str(one)) <= LONGEST)) if one in _INT64
        )
    known = pa.array(listed, of)
    return lambda values: pc.is_in(values, known)


def _bound(keyword: str, bound: Any, of: pa.DataType) -> Keeps | None:
    if pa.types.is_int64(of) and bound not in _INT64:
        return None
    if pa.types.is_decimal(of) and abs(bound) >= 10**of.precision:
        return None
    keeps, found = _BOUNDS[keyword], as_array([bound], of)[0]
    return lambda values: keeps(values, found)
