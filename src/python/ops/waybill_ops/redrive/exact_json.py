"""JSON whose fractions keep their digits through a patch: they are floats, and know how they were written."""

from __future__ import annotations

import json
from typing import Any, Self


class WrittenNumber(float):
    """A number of a record. Whatever is computed from it is a plain float."""

    text: str

    def __new__(cls, text: str) -> Self:
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        return self


def load_exactly(text: bytes) -> Any:
    """Raises ``ValueError`` and ``RecursionError`` for what Python does not read as JSON."""
    return json.loads(text, parse_float=WrittenNumber)


def spelled(value: Any) -> str:
    """Raises ``TypeError`` and ``ValueError`` for what is no JSON."""
    match value:
        case WrittenNumber():
            return value.text
        case dict():
            return "{" + ",".join(f"{_name(name)}:{spelled(one)}" for name, one in value.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(map(spelled, value)) + "]"
    return json.dumps(value)


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{name!r} is no name of a member")
    return json.dumps(name)
