"""Patterns by rust-regex, as pydantic has it: contract1's language re-spelled for it."""

from __future__ import annotations

import functools
import re

from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema

from waybill_ops.audit.second_judge.large_patterns import is_found_by_places

_PART = re.compile(r"\\.|\[|\]|\^|.", re.DOTALL)
_OUTSIDE = {
    r"\d": "[0-9]", r"\D": "[^0-9]", r"\w": "[0-9A-Za-z_]", r"\W": "[^0-9A-Za-z_]", ".": "[^\\n\\r\\x{2028}\\x{2029}]",
}  # fmt: skip
_INSIDE = {r"\d": "0-9", r"\D": "[^0-9]", r"\w": "0-9A-Za-z_", r"\W": "[^0-9A-Za-z_]"}


@functools.lru_cache(maxsize=1_000)
def _validator(pattern: str) -> SchemaValidator | None:
    """``None`` for a pattern of the language that needs more than rust-regex's 10 MiB."""
    parts, inside = [], False
    for one in _PART.findall(pattern):
        parts.append((_INSIDE if inside else _OUTSIDE).get(one, one))
        inside = one == "[" or (inside and one != "]")
    try:
        return SchemaValidator(
            core_schema.str_schema(pattern="".join(parts), regex_engine="rust-regex", strict=True)
        )
    except SchemaError:
        return None


def is_found(pattern: str, text: str) -> bool:
    validator = _validator(pattern)
    if validator is None:
        return is_found_by_places(pattern, text, lambda atom, one: is_found(f"^{atom}$", one))
    try:
        validator.validate_python(text)
    except ValidationError:
        return False
    return True
