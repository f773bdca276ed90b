"""A described value's rules, in the order of contract1's table: the first one broken is told."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor
from typing import Any

from waybill_contracts.document import DescribedValue, Primitive, parse_pattern
from waybill_contracts.types.calendar import date_check
from waybill_contracts.types.doubles import NEAREST
from waybill_contracts.types.integers import LONGEST
from waybill_contracts.types.matcher import make_search
from waybill_contracts.types.misfit import Check, Misfit
from waybill_contracts.types.moments import moment_check

Broken = Callable[[Any], bool]

_ORDER = (
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "pattern", "enum"),
    *("const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
)
_BREAKS: dict[str, Callable[[Any], Broken]] = {
    "minimum": lambda bound: lambda value: value < bound,
    "maximum": lambda bound: lambda value: value > bound,
    "exclusiveMinimum": lambda bound: lambda value: value <= bound,
    "exclusiveMaximum": lambda bound: lambda value: value >= bound,
}


def rules_of(described: DescribedValue) -> tuple[tuple[Misfit, Broken], ...]:
    """Each rule: what is told of it, and whether a value breaks it."""
    found = [(one, described.rules[one]) for one in _ORDER if one in described.rules]
    return tuple((Misfit("bad_value", one), _broken(described, one, rule)) for one, rule in found)


def ruled(check: Check, described: DescribedValue) -> Check:
    rules = rules_of(described)
    if not rules:
        return check
    if len(rules) == 1:
        return _ruled_once(check, *rules[0])

    def checked(token: Any) -> Any:
        value = check(token)
        if value.__class__ is not Misfit and value is not None:
            for misfit, is_broken in rules:
                if is_broken(value):
                    return misfit
        return value

    return checked


def _ruled_once(check: Check, misfit: Misfit, is_broken: Broken) -> Check:
    """The usual case."""

    def checked(token: Any) -> Any:
        value = check(token)
        if value.__class__ is Misfit or value is None or not is_broken(value):
            return value
        return misfit

    return checked


def _broken(described: DescribedValue, keyword: str, rule: Any) -> Broken:
    match keyword:
        case "minLength" | "minItems" | "minProperties":
            return lambda value: len(value) < rule
        case "maxLength" | "maxItems" | "maxProperties":
            return lambda value: len(value) > rule
        case "pattern":
            search = make_search(parse_pattern(rule))
            return lambda value: not search(value)
        case "enum" | "const":
            is_text = described.type.family == "string"
            listed = rule if keyword == "enum" else (rule,)
            known = frozenset(listed if is_text else (int(one) for one in listed if len(str(one)) <= LONGEST))
            return lambda value: value not in known
    return _BREAKS[keyword](bound_of(described, keyword, rule))


def bound_of(described: DescribedValue, keyword: str, text: str) -> Any:
    """The bound as something that stored values compare with exactly."""
    match described.type:
        case Primitive(kind="double" | "float" as kind):
            return NEAREST[kind](text)
        case Primitive(kind="date"):
            return date_check("text")(text)
        case Primitive(kind="timestamp"):
            return moment_check("text", zoned=False, floors=False)(text)
        case Primitive(kind="timestamptz"):
            return moment_check("text", zoned=True, floors=False)(text)
        case Primitive(meaning="time"):
            return text
        case Primitive(scale=scale):
            exact = Fraction(text) * 10**scale
            # Between two whole numbers a bound is as good as the nearer one that it excludes or includes.
            return ceil(exact) if keyword in ("minimum", "exclusiveMaximum") else floor(exact)
    raise TypeError(keyword)
