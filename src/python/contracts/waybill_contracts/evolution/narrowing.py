"""Whether a value's rules let less through than before: bounds as intervals, other keywords each by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from waybill_contracts.document import DescribedValue, Primitive

IntervalEdge: TypeAlias = "tuple[Any, bool] | None"
"""A bound, and whether it is excluded itself; ``None`` for none."""

_BY_ITSELF: dict[str, Callable[[Any, Any], bool]] = {
    **dict.fromkeys(("minLength", "minItems", "minProperties"), lambda old, new: new <= old),
    **dict.fromkeys(("maxLength", "maxItems", "maxProperties"), lambda old, new: new >= old),
    **dict.fromkeys(("pattern", "const"), lambda old, new: new == old),
    "enum": lambda old, new: set(new) >= set(old),
}
"""Whether a keyword's new value lets through whatever the old one did."""


def narrowed(old: DescribedValue, new: DescribedValue) -> str | None:
    """The first keyword, or pair of them, that lets less through."""
    for keyword, is_wide in _BY_ITSELF.items():
        if keyword in new.rules and (
            keyword not in old.rules or not is_wide(old.rules[keyword], new.rules[keyword])
        ):
            return keyword
    lows = [_edge(one, "minimum", "exclusiveMinimum", max) for one in (old, new)]
    highs = [_edge(one, "maximum", "exclusiveMaximum", min) for one in (old, new)]
    if _is_tighter(lows[0], lows[1], lambda before, after: after > before):
        return "minimum"
    if _is_tighter(highs[0], highs[1], lambda before, after: after < before):
        return "maximum"
    return None


def _edge(of: DescribedValue, including: str, excluding: str, nearest: Callable[..., Any]) -> IntervalEdge:
    """The tighter one of the two keywords."""
    bounds: Mapping[str, Any] = of.rules
    found = [
        (_value(of, bounds[name]), name == excluding) for name in (including, excluding) if name in bounds
    ]
    if not found:
        return None
    edge = nearest(value for value, _ in found)
    return edge, any(excluded for value, excluded in found if value == edge)


def _value(of: DescribedValue, bound: str) -> Any:
    """Texts of dates and times have one width, so that they are ordered as what they mean."""
    is_number = isinstance(of.type, Primitive) and of.type.family in (
        "int",
        "long",
        "float",
        "double",
        "decimal",
    )
    return Fraction(bound) if is_number else bound


def _is_tighter(old: IntervalEdge, new: IntervalEdge, is_inside: Callable[[Any, Any], bool]) -> bool:
    if new is None:
        return False
    if old is None:
        return True
    return is_inside(old[0], new[0]) or (old[0] == new[0] and new[1] and not old[1])
