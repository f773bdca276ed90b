"""How deep a text is, by a scan that knows only strings and brackets."""

from __future__ import annotations

import re

MOST_OPEN = 100

_STEPS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)


def too_deep(text: str, most: int = MOST_OPEN) -> bool:
    """Whether more than ``most`` brackets are open somewhere, whatever follows. The count never falls below zero."""
    if text.count("[") + text.count("{") <= most:
        return False
    opened = 0
    for step in _STEPS.finditer(text):
        first = text[step.start()]
        if first in "[{":
            opened += 1
            if opened > most:
                return True
        elif first in "]}" and opened:
            opened -= 1
    return False
