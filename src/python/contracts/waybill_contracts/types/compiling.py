"""From a described value to its check."""

from __future__ import annotations

from typing import Any

from waybill_contracts.document import ContractDocument, DescribedValue, ListOf, MapOf, Primitive, StructOf
from waybill_contracts.scanning import Shape
from waybill_contracts.types.binary import binary_check
from waybill_contracts.types.calendar import date_check, time_check
from waybill_contracts.types.containers import NestedCheck, item_check, list_check, map_check, telling
from waybill_contracts.types.decimals import decimal_check
from waybill_contracts.types.doubles import floating_check
from waybill_contracts.types.integers import boolean_check, whole_number_check
from waybill_contracts.types.misfit import MISSING_FIELD, WRONG_TYPE, Check, Misfit
from waybill_contracts.types.moments import moment_check
from waybill_contracts.types.ruled import ruled, rules_of
from waybill_contracts.types.structs import FieldCheck, Places, struct_check
from waybill_contracts.types.text import json_check, string_check, uuid_check


def root_check(document: ContractDocument) -> NestedCheck:
    return _struct(document.root, document)


def column_check(described: DescribedValue) -> Check:
    """The rules of the one column of text or binary."""
    return ruled(lambda value: value, described)


def scalar_check(of: DescribedValue, document: ContractDocument) -> Check | None:
    """The check of a value without parts."""
    if not isinstance(of.type, Primitive):
        return None
    check = ruled(_primitive(of.type, of.wire, floors=of.floors), of)
    return _as_0_1_0_chose(check) if document.legacy and "enum" in of.rules else check


def text_check(of: DescribedValue) -> Check | None:
    """The check of a text alone, without the rules; ``None`` where the wire has no texts of the type."""
    assert isinstance(of.type, Primitive)  # noqa: S101  # who asks has a value without parts
    if of.wire in _NO_TEXTS:
        return None
    return _primitive(of.type, of.wire, floors=of.floors)


_NO_TEXTS = (
    "token",
    "number",
    "slice",
    "epoch_days",
    "ms",
    "us",
    "epoch_s",
    "epoch_ms",
    "epoch_us",
    "epoch_ns",
)
"""Wires of tokens that are none."""


def _as_0_1_0_chose(check: Check) -> Check:
    """To 0.1.0 whatever is not in an enum was a bad value, whichever token it is."""
    bad = Misfit("bad_value", "enum")

    def checked(token: Any) -> Any:
        value = check(token)
        return bad if value is WRONG_TYPE else value

    return checked


def _primitive(of: Primitive, wire: str, *, floors: bool) -> Check:
    match of.family:
        case "boolean":
            return boolean_check(wire)
        case "int" | "long":
            return whole_number_check(wire, of.kind)
        case "float" | "double":
            return floating_check(wire, of.kind)
        case "decimal":
            return decimal_check(wire, of.precision, of.scale)
        case "date":
            return date_check(wire)
        case "time":
            return time_check(wire)
        case "timestamp" | "timestamptz":
            return moment_check(wire, zoned=of.kind == "timestamptz", floors=floors)
        case "binary":
            return binary_check(wire)
        case "uuid":
            return uuid_check
        case "json":
            return json_check(wire)
    return string_check


def _nested(of: DescribedValue, document: ContractDocument) -> NestedCheck | None:
    match of.type:
        case StructOf():
            return _struct(of.type, document)
        case ListOf(item):
            return list_check(_item(item, document), rules_of(of))
        case MapOf(value=value):
            return map_check(_item(value, document), rules_of(of))
    return None


def _item(of: DescribedValue, document: ContractDocument) -> NestedCheck:
    check = scalar_check(of, document)
    inner = telling(check) if check else _nested(of, document)
    assert inner is not None  # noqa: S101  # a value has parts, or it has none
    return item_check(inner, _null(of, is_old=document.legacy is not None))


def _struct(of: StructOf, document: ContractDocument) -> NestedCheck:
    is_old = document.legacy is not None
    fields = tuple(
        FieldCheck(
            one.place,
            scalar_check(one, document),
            _nested(one, document),
            null=_null(one, is_old=is_old),
            absent=MISSING_FIELD if one.required or is_old else None,
        )
        for one in of.fields
    )
    return struct_check(fields, places_of(of), last_counts=document.duplicates == "last")


def _null(of: DescribedValue, *, is_old: bool) -> Misfit | None:
    """What is wrong with null, if anything is. 0.1.0 had it for a token of a wrong type."""
    if not of.required:
        return None
    if not is_old:
        return MISSING_FIELD
    return Misfit("bad_value", "enum") if "enum" in of.rules else WRONG_TYPE


def places_of(of: StructOf) -> Places:
    found: Places = {}
    for one in of.fields:
        *way, name = one.place
        inner = found
        for token in way:
            following = inner.setdefault(token, {})
            assert following is not None  # noqa: S101  # no field lies on another's way
            inner = following
        inner[name] = None
    return found


def shape_of(of: StructOf) -> Shape:
    """Where a second reading has to go, for values whose own text is kept."""
    types = {one.place: one for one in of.fields}

    def of_places(places: Places, way: tuple[str, ...]) -> Shape:
        return Shape(
            members={
                token: _shape(types[(*way, token)]) if inner is None else of_places(inner, (*way, token))
                for token, inner in places.items()
            }
        )

    return of_places(places_of(of), ())


def _shape(of: DescribedValue) -> Shape | None:
    match of.type:
        case StructOf():
            return shape_of(of.type)
        case ListOf(item):
            each = _shape(item)
            return each and Shape(each=each, is_list=True)
        case MapOf(value=value):
            each = _shape(value)
            return each and Shape(each=each)
        case Primitive(meaning="json") if of.wire != "string":
            return Shape(whole=True)
    return None


def keeps_text(shape: Shape | None) -> bool:
    """Whether some value's own text is wanted, unknown members aside."""
    if shape is None:
        return False
    inner = [*(shape.members or {}).values(), shape.each]
    return shape.whole or any(map(keeps_text, inner))
