"""Whether what was printed is what a page shows: ``…`` stands for what differs from run to run.

Within a line it is any text that is not empty; on a line of its own any number of lines. Lines of the log, which a
terminal shows among the others, are on no page.
"""

from __future__ import annotations

import difflib
import json
import re

ANY = "…"


def unlike(shown: str, printed: str) -> str | None:
    """Where the two differ, line by line; None where they don't."""
    wanted, found = _lines(shown), [one for one in _lines(printed) if not _is_logged(one)]
    pattern = "".join(_pattern(one) for one in wanted)
    if re.fullmatch(pattern, "".join(f"{one}\n" for one in found)):
        return None
    # A line that the page has with a gap in it is told as the page has it.
    gaps = [one for one in wanted if ANY in one and one.strip() != ANY]
    told = [next((one for one in gaps if re.fullmatch(_pattern(one), f"{line}\n")), line) for line in found]
    return "\n".join(difflib.unified_diff(wanted, told, "the page", "what was printed", lineterm=""))


def _lines(text: str) -> list[str]:
    """Tables are filled up with blanks at their right; who reads a page does not see them."""
    return [one.rstrip() for one in text.strip("\n").split("\n")]


def _pattern(line: str) -> str:
    if line.strip() == ANY:
        return r"(?:.*\n)*?"
    return ".+?".join(map(re.escape, line.split(ANY))) + r"\n"


def _is_logged(line: str) -> bool:
    if not line.startswith("{"):
        return False
    try:
        told = json.loads(line)
    except ValueError:
        return False
    return isinstance(told, dict) and {"event", "level", "timestamp"} <= told.keys()
