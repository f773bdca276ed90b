"""Texts that others wrote, such as entries of a ledger, for a terminal."""

from __future__ import annotations

import re

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """``text`` with control characters, and those a terminal can't show, spelled as in Python."""
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)
