"""A setting's default and what it allows, in words: for ``--help``, complaints and docs/settings.md."""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import HttpUrl, SecretStr
from pydantic.fields import FieldInfo

_NAMES = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    HttpUrl: "http or https URL",
    SecretStr: "secret text",
    datetime: "instant",
}


def shown_default(info: FieldInfo) -> str:
    """A field's default as one would write it; ``none`` where there is nothing."""
    default = info.default
    if default in (None, (), {}):
        return "none"
    if isinstance(default, bool):
        return str(default).lower()
    return f"{default:g}" if isinstance(default, float) else str(default)


def allowed(info: FieldInfo) -> str:
    """Such as ``whole number; ≥ 1; ≤ 10,000``."""
    return "; ".join([_kind(info.annotation), *_rules(info.metadata)])


def _kind(annotation: Any) -> str:
    """A type in words, the rules inside it included."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        own = [rule for one in inner[1:] for rule in _rules(getattr(one, "metadata", [one]))]
        return ", ".join([_kind(inner[0]), *own])
    if origin is Literal:
        return " or ".join(f"`{one}`" for one in inner)
    if origin in (Union, types.UnionType):
        return " or ".join("none" if one is type(None) else _kind(one) for one in inner)
    if origin is tuple:
        return f"list of {_kind(inner[0])}"
    if origin is dict:
        return f"table of {_kind(inner[1])}"
    return _NAMES[annotation]


def _rules(metadata: list[Any]) -> Iterator[str]:
    """Bounds and patterns in words."""
    signs = {"gt": ">", "ge": "≥", "le": "≤", "lt": "<"}
    for one in metadata:
        for name, sign in signs.items():
            if getattr(one, name, None) is not None:
                yield f"{sign} {getattr(one, name):,}"
        if getattr(one, "pattern", None) is not None:
            yield f"`{one.pattern}`"
