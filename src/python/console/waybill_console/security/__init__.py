"""Who may ask, and what a reply may do: ``listen`` (pure), ``session``, ``gate`` before every page, ``headers``."""

from __future__ import annotations

from waybill_console.security.gate import SIGN_IN, Gate
from waybill_console.security.listen import (
    Address,
    address,
    host_names,
    known_hosts,
    read_token,
    require_token,
    topic_names,
)
from waybill_console.security.response_headers import SecureHeaders
from waybill_console.security.session import LASTS, Session, Sessions, is_path_here

# fmt: off
__all__ = [
    "LASTS", "SIGN_IN", "Address", "Gate", "SecureHeaders", "Session", "Sessions", "address",
    "host_names", "is_path_here", "known_hosts", "read_token", "require_token",
    "topic_names",
]
