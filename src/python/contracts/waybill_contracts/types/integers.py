"""Booleans, int and long."""

from __future__ import annotations

import re
from typing import Any

from waybill_contracts.types.misfit import BAD_FORMAT, OUT_OF_RANGE, TOKENS, WRONG_TYPE, Check

BITS = {"int": 32, "long": 64}

_whole = re.compile(r"-?(?:0|[1-9][0-9]*)").fullmatch
LONGEST = 20
"""Characters of the longest number of 64 bits."""


def boolean_check(wire: str) -> Check:
    texts = {"true": True, "false": False}

    def of_token(token: Any) -> Any:
        return token if token is True or token is False else WRONG_TYPE

    def of_text(token: Any) -> Any:
        return texts.get(token, BAD_FORMAT) if token.__class__ is str else WRONG_TYPE

    return of_text if wire == "string" else of_token


def integer_check(wire: str, low: int, high: int) -> Check:
    taken = TOKENS[wire]

    def check(token: Any) -> Any:
        if token.__class__ not in taken:
            return WRONG_TYPE
        if not _whole(token):
            return BAD_FORMAT
        if len(token) > LONGEST:
            return OUT_OF_RANGE
        number = int(token)
        return number if low <= number <= high else OUT_OF_RANGE

    return check


def whole_number_check(wire: str, kind: str) -> Check:
    half = 1 << (BITS[kind] - 1)
    return integer_check(wire, -half, half - 1)
