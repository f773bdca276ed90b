"""The columns of a contract, read from its model's JSON Schema: the one step that all schemas share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel


class ColumnKind(StrEnum):
    """What a column holds: UTF-8 text, a finite float64, or an instant in UTC microseconds."""

    STRING = "string"
    DOUBLE = "double"
    INSTANT = "instant"


@dataclass(frozen=True)
class Column:
    """One column with every rule that a value has to keep."""

    name: str
    kind: ColumnKind
    nullable: bool
    pattern: str | None = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None


def columns_of(model: type[BaseModel]) -> tuple[Column, ...]:
    """The columns of ``model`` in its own order.

    Raises ``TypeError`` for a field that no column kind can hold, so that a contract can't be declared
    with a field that one of its schemas would drop.
    """
    schema = model.model_json_schema(mode="serialization")
    required = set(schema.get("required", ()))
    missing = [name for name in schema["properties"] if name not in required]
    if missing:
        raise TypeError(f"{model.__name__}: fields with a default are ambiguous on the wire: {missing}")
    return tuple(_column(model, name, field) for name, field in schema["properties"].items())


def _column(model: type[BaseModel], name: str, field: Mapping[str, Any]) -> Column:
    branches = [branch for branch in field.get("anyOf", [field]) if branch.get("type") != "null"]
    nullable = len(branches) < len(field.get("anyOf", [field]))
    if len(branches) != 1:
        raise TypeError(f"{model.__name__}.{name}: one type, or one type and null; got {branches}")
    rules = branches[0]
    return Column(
        name=name,
        kind=_kind(model, name, rules),
        nullable=nullable,
        pattern=rules.get("pattern"),
        choices=tuple(rules.get("enum", ())),
        minimum=rules.get("minimum"),
        maximum=rules.get("maximum"),
        min_length=rules.get("minLength"),
        max_length=rules.get("maxLength"),
    )


def _kind(model: type[BaseModel], name: str, rules: Mapping[str, Any]) -> ColumnKind:
    match rules.get("type"), rules.get("format"):
        case "string", None:
            return ColumnKind.STRING
        case "string", "date-time":
            return ColumnKind.INSTANT
        case "number", None:
            return ColumnKind.DOUBLE
    raise TypeError(f"{model.__name__}.{name}: no column kind holds {dict(rules)}")
