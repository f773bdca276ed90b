"""string, uuid and JSON kept as text."""

from __future__ import annotations

import re
from typing import Any

from waybill_contracts.scanning import JsonSlice, NotJson, read_json, too_deep
from waybill_contracts.types.misfit import BAD_FORMAT, TOO_DEEP, WRONG_TYPE, Check

_uuid = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}").fullmatch


def string_check(token: Any) -> Any:
    return token if token.__class__ is str else WRONG_TYPE


def uuid_check(token: Any) -> Any:
    if token.__class__ is not str:
        return WRONG_TYPE
    return token.lower() if _uuid(token) else BAD_FORMAT


def json_check(wire: str) -> Check:
    """``None`` where the text in a string is ``null``."""
    return _inner_json if wire == "string" else _own_text


def _own_text(token: Any) -> Any:
    return token.text if token.__class__ is JsonSlice else None


def _inner_json(token: Any) -> Any:
    if token.__class__ is not str:
        return WRONG_TYPE
    if too_deep(token):
        return TOO_DEEP
    try:
        found = read_json(token)
    except NotJson:
        return BAD_FORMAT
    return None if found is None else token.strip(" \t\n\r")
