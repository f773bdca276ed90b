"""What JSON Schema says of one value in a record: never more than the judge asks for; the rest it tells in words."""

from __future__ import annotations

from typing import Any

from waybill_contracts.document import DescribedValue, Primitive
from waybill_contracts.exports.ecma import ecma_pattern
from waybill_contracts.exports.json_writing import ExactNumber

Schema = dict[str, Any]

_SIGNED = "-?(?:0|[1-9][0-9]*)"
_DECIMAL = f"^{_SIGNED}(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]{{1,4}})?$"
_DOUBLE = f"^{_SIGNED}(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_ZONE = "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_PADDED = "(?:[A-Za-z0-9{0}]{{4}})*(?:[A-Za-z0-9{0}][AQgw]{1}|[A-Za-z0-9{0}]{{2}}[AEIMQUYcgkosw048]{2})?"
_BYTES = {
    "base64": "^" + _PADDED.format("+\\/", "==", "=") + "$",
    "base64url": "^" + _PADDED.format("_\\-", "(?:==)?", "=?") + "$",
    "hex": "^(?:[0-9A-Fa-f]{2})*$",
}
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
_FIRST_SECOND, _BEYOND_SECONDS = _FIRST_DAY * 86_400, (_LAST_DAY + 1) * 86_400
_OF_A_SECOND = {"s": "", "ms": "000", "us": "000000", "ns": "000000000"}
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def scalar_schema(of: DescribedValue, kind: Primitive) -> Schema:
    """Of a value that is there. Under ``$comment`` stands what only the judge asks for."""
    found, said = _form(kind, of.wire)
    unsaid = []
    for name, rule in of.rules.items():
        if name not in said:
            unsaid.append(f"{name} {rule}")
            continue
        one = _rule(kind, name, rule)
        found = (
            {**found, "allOf": [*found.get("allOf", []), one]} if found.keys() & one.keys() else found | one
        )
    return {**found, "$comment": f"also: {', '.join(unsaid)}"} if unsaid else found


def _form(kind: Primitive, wire: str) -> tuple[Schema, tuple[str, ...]]:
    """Its form, and which rules can be said of it."""
    match kind.family:
        case "boolean":
            return ({"enum": ["true", "false"]} if wire == "string" else {"type": "boolean"}), ()
        case "int" | "long":
            half = 2 ** (31 if kind.kind == "int" else 63)
            whole = _number(wire, "integer", f"^{_SIGNED}$", {"minimum": -half, "maximum": half - 1})
            return whole, () if wire == "string" else (
                *_BOUNDS,
                *(("enum", "const") if wire == "number" else ()),
            )
        case "float" | "double":
            # The judge rounds to a float before it compares: a number just beyond a bound may be a row.
            is_said = kind.kind == "double" and wire != "string"
            return _number(wire, "number", _DOUBLE, {}), _BOUNDS if is_said else ()
        case "decimal":
            return _decimal(kind, wire), () if wire in ("string", "unscaled_base64") else _BOUNDS
        case "date":
            if wire == "epoch_days":
                return {"type": "integer", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}, ()
            return {"type": "string", "format": "date", "pattern": f"^{_DAY}$"}, ()
        case "time":
            if wire == "text":
                return {"type": "string", "pattern": f"^{_CLOCK}(?:\\.[0-9]{{1,6}})?$"}, ()
            return {
                "type": "integer",
                "minimum": 0,
                "maximum": 86_400 * (1_000 if wire == "ms" else 10**6) - 1,
            }, ()
        case "timestamp" | "timestamptz":
            return _moment(wire, _ZONE if kind.kind == "timestamptz" else ""), ()
        case "uuid":
            parts = "-".join(f"[0-9A-Fa-f]{{{count}}}" for count in (8, 4, 4, 4, 12))
            return {"type": "string", "pattern": f"^{parts}$"}, ()
        case "json":
            is_text = wire == "string"
            return ({"type": "string", "contentMediaType": "application/json"} if is_text else {}), ()
        case "binary":
            encoding = {"hex": "base16"}.get(wire, wire)
            return {"type": "string", "contentEncoding": encoding, "pattern": _BYTES[wire]}, ()
    return {"type": "string"}, ("minLength", "maxLength", "pattern", "enum", "const")


def _number(wire: str, kind: str, pattern: str, limits: Schema) -> Schema:
    """Limits are asked of numbers alone, and patterns of texts alone: one schema does for both."""
    match wire:
        case "number":
            return {"type": kind, **limits}
        case "string":
            return {"type": "string", "pattern": pattern}
    return {"type": [kind, "string"], "pattern": pattern, **limits}


def _decimal(kind: Primitive, wire: str) -> Schema:
    if wire == "unscaled_base64":
        return {"type": "string", "contentEncoding": "base64", "minLength": 4, "pattern": _BYTES["base64"]}
    beyond = "1" + "0" * (kind.precision - kind.scale)
    limits = {"exclusiveMinimum": ExactNumber(f"-{beyond}"), "exclusiveMaximum": ExactNumber(beyond)}
    digits = f"a multiple of 10^-{kind.scale}" if kind.scale else "a whole number"
    return {
        **_number(wire, "number", _DECIMAL, limits),
        "description": f"{digits} with up to {kind.precision} digits",
    }


def _moment(wire: str, zone: str) -> Schema:
    if wire == "text":
        return {"type": "string", "pattern": f"^{_DAY}[Tt ]{_CLOCK}(?:\\.[0-9]{{1,9}})?{zone}$"}
    if wire == "utc_micros":
        return {"type": "string", "pattern": f"^{_DAY}T{_CLOCK}\\.[0-9]{{6}}Z$"}
    unit, _, text = wire.removeprefix("epoch_").partition("_")
    if text:
        return {"type": "string", "pattern": _DECIMAL}
    noughts = _OF_A_SECOND[unit]
    limits = ExactNumber(f"{_FIRST_SECOND}{noughts}"), ExactNumber(f"{_BEYOND_SECONDS}{noughts}")
    return {"type": "number", "minimum": limits[0], "exclusiveMaximum": limits[1]}


def _rule(kind: Primitive, name: str, rule: Any) -> Schema:
    if name == "pattern":
        return {name: ecma_pattern(rule)}
    if name in ("enum", "const"):
        texts = rule if name == "enum" else (rule,)
        return {"enum": [ExactNumber(str(one)) if kind.family != "string" else one for one in texts]}
    if name not in _BOUNDS:
        return {name: rule}
    return {name: ExactNumber(rule)}
