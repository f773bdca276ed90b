"""Texts that others wrote, made fit for a terminal and for a line of a log.

Names of fields and topics, values, keys, headers, bodies of replies, errors of servers: each may hold what moves a
cursor, sets the clipboard, turns the order of letters round, or begins a line that looks like one of ours. They pass
``printable`` or ``printable_lines`` once, in ``terminal``, ``screen`` or ``logs``, which alone write.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

MOST = 4_000
"""Characters of one line that are shown; a text of any length would bury what stands beside it."""

MOST_LINES = 200
_MOST_OF_LINES = 60_000

_MOST_MARKS = 6
"""On one letter. No language has more."""

_UNSHOWN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # controls: ESC, and CSI and OSC in one character
    "\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"  # no width, other directions, ends of lines
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"  # tags, which spell a second text that nobody sees
    "]"
)


def printable(text: str, most: int | None = None) -> str:
    """``text`` on one line, at most so many characters of it: controls, and what has no shape or moves others, are
    spelled as in Python. Backslashes stay as they are, so this is for people only.
    """
    shown = _UNSHOWN.sub(lambda found: ascii(found[0])[1:-1], text if most is None else cut(text, most))
    return shown if shown.isascii() else _without_towers(shown)


def _without_towers(text: str) -> str:
    """Marks stand above and below the letter before them: many would reach into other lines, and one without a letter
    of its own onto what we wrote.
    """
    shown, marks = [], _MOST_MARKS
    for one in text:
        marks = marks + 1 if unicodedata.category(one) in ("Mn", "Me") else 0
        shown.append(one if marks <= _MOST_MARKS else ascii(one)[1:-1])
    return "".join(shown)


def cut(text: str, most: int) -> str:
    """At most so many characters of ``text``, and how many more there are."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most:,} more characters)"


def printable_lines(text: str) -> list[str]:
    """The same for a text of several lines, such as a traceback: its beginning and its end, where there are many."""
    too_many = len(text) - _MOST_OF_LINES
    if too_many > 0:
        first = _MOST_OF_LINES // 4
        text = f"{text[:first]}\n… ({too_many:,} characters left out) …\n{text[first + too_many :]}"
    lines = text.split("\n")
    left_out = len(lines) - MOST_LINES
    if left_out > 0:
        first = MOST_LINES // 4
        told = f"… ({left_out:,} lines left out) …"
        lines = [*lines[:first], told, *lines[first + left_out :]]
    return [printable(line.replace("\t", "    "), MOST) for line in lines]


def printable_json(value: Any, **how: Any) -> str:
    """JSON that is fit for a terminal, and from which a program gets each value back exactly: ``json.dumps`` spells
    all that is not ASCII, and every control but one.
    """
    return json.dumps(value, **how).replace("\x7f", "\\u007f")
