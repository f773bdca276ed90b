"""How deep a text is, by a scan that knows only strings and brackets."""

from __future__ import annotations

import re

MOST_OPEN = 100

MOST_OPEN_IN_0_1_0 = 200
"""Of brackets with something in them."""

_TEXT = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
"""It never goes back, and so remembers nothing of a text's escapes, which may be millions."""

_STEPS = re.compile(_TEXT + r"|[\[{]|[\]}]", re.DOTALL)
_OLD_STEPS = re.compile(_TEXT + r"|\[[ \t\n\r]*\]|\{[ \t\n\r]*\}|[\[{]|[\]}]", re.DOTALL)


def too_deep(text: str) -> bool:
    """Whether more than ``MOST_OPEN`` brackets are open somewhere, whatever follows."""
    return _opens(text, MOST_OPEN, _STEPS)


def too_deep_for_0_1_0(text: str) -> bool:
    return _opens(text, MOST_OPEN_IN_0_1_0, _OLD_STEPS)


def _opens(text: str, most: int, steps: re.Pattern[str]) -> bool:
    """The count never falls below zero."""
    if text.count("[") + text.count("{") <= most:
        return False
    opened = 0
    for step in steps.finditer(text):
        if text[step.start()] in "[{":
            if step.end() - step.start() > 1:  # an empty one
                continue
            opened += 1
            if opened > most:
                return True
        elif text[step.start()] in "]}" and opened:
            opened -= 1
    return False
