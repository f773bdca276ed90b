"""JSON for people to read, with numbers that no float holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from waybill_common.printable import printable_json


@dataclass(frozen=True)
class ExactNumber:
    """A number by its own digits."""

    text: str


def written_json(value: Any, indent: str = "") -> str:
    inner = f"{indent}  "
    if isinstance(value, ExactNumber):
        return value.text
    if isinstance(value, dict) and value:
        members = (f"{inner}{_text(name)}: {written_json(one, inner)}" for name, one in value.items())
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return "[\n" + ",\n".join(f"{inner}{written_json(one, inner)}" for one in value) + f"\n{indent}]"
    if isinstance(value, list):
        return f"[{', '.join(map(written_json, value))}]"
    return _text(value)


def _text(value: Any) -> str:
    return printable_json(value)
