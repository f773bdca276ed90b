"""Binary: base64 by RFC 4648 with its padding, base64url with all of it or none, hex."""

from __future__ import annotations

import binascii
import re
from typing import Any

from waybill_contracts.types.misfit import BAD_FORMAT, WRONG_TYPE, Check

_base64 = re.compile(r"([A-Za-z0-9+/]*)(={0,2})").fullmatch
_base64url = re.compile(r"([A-Za-z0-9_-]*)(={0,2})").fullmatch
_hex = re.compile(r"[0-9A-Fa-f]*").fullmatch
_URL = str.maketrans("-_", "+/")
_UNUSED_BITS_ZERO = {2: "AQgw", 3: "AEIMQUYcgkosw048"}
"""The last character, by the length of the last group."""


def decode_base64(text: str) -> bytes | None:
    found = _base64(text)
    return _decoded(found[1], found[2], bare=False) if found else None


def decode_base64url(text: str) -> bytes | None:
    found = _base64url(text)
    return _decoded(found[1].translate(_URL), found[2], bare=True) if found else None


def decode_hex(text: str) -> bytes | None:
    return bytes.fromhex(text) if _hex(text) and len(text) % 2 == 0 else None


def _decoded(body: str, padding: str, *, bare: bool) -> bytes | None:
    last = len(body) % 4
    if last == 1 or (last and body[-1] not in _UNUSED_BITS_ZERO[last]):
        return None
    whole = "=" * (-len(body) % 4)
    if padding != whole and not (bare and not padding):
        return None
    return binascii.a2b_base64(body + whole)


DECODERS = {"base64": decode_base64, "base64url": decode_base64url, "hex": decode_hex}


def binary_check(wire: str) -> Check:
    decode = DECODERS[wire]

    def check(token: Any) -> Any:
        if token.__class__ is not str:
            return WRONG_TYPE
        found = decode(token)
        return BAD_FORMAT if found is None else found

    return check
