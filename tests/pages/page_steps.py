"""What the reader of a page types, and what the page says is printed then.

Commands are blocks of ``sh``; the block of ``text`` after one is what it prints. All other blocks are there to be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class PageStep:
    """``line`` is the page's, where the commands begin. ``shown`` is None where the page says nothing of the output."""

    line: int
    commands: str
    shown: str | None = None


def steps_of(page: str) -> list[PageStep]:
    """Raises ValueError for an output without commands."""
    found: list[PageStep] = []
    for block in _BLOCK.finditer(page):
        kind, body = block[1], block[2]
        line = page.count("\n", 0, block.start(2)) + 1
        if kind == "sh":
            found.append(PageStep(line, body))
        elif kind == "text":
            if not found or found[-1].shown is not None:
                raise ValueError(f"line {line}: no block of sh stands before this output")
            found[-1] = PageStep(found[-1].line, found[-1].commands, body)
    return found
