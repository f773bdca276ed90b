"""Who may ask, and what a reply may do: ``listen`` (pure), ``session``, ``gate`` before every page, ``headers``."""

from __future__ import annotations

from waybill_console.security.gate import SIGN_IN, Gate
from waybill_console.security.headers import SecureHeaders
from waybill_console.security.listen import Address
from waybill_console.security.session import Session, Sessions

__all__ = [
    "SIGN_IN",
    "Address",
    "Gate",
    "SecureHeaders",
    "Session",
    "Sessions",
]
