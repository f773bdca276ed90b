"""Who may ask, and what a reply may do: ``listen`` (pure), ``session``, ``gate`` before every page, ``headers``."""

from __future__ import annotations

from waybill_console.security.gate import Gate
from waybill_console.security.headers import SecureHeaders
from waybill_console.security.session import Session
from waybill_console.security.session import Sessions

__all__ = ["Gate", "SecureHeaders", "Session", "Sessions"]
