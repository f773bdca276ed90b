"""Texts as somebody would write them who wants a reader's terminal, and what must not come of them."""

from __future__ import annotations

import io
import re

FORGED = '{"event": "forged", "level": "info"}'

HOSTILE = {
    "esc": "esc\x1b[2J\x1b[1;1H\x1bc",
    "colour": "colour\x1b[35;7mred",
    "link": "link\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "clipboard": "clip\x1b]52;c;cm0gLXJm\x07",
    "title": "title\x1b]0;root\x07",
    "c1": "c1\x9b2J\x9d52;c;aa\x9c\x90q\x9c",
    "c0": "c0\x00\x07\x08\x08\x0b\x0c\x0e\x7f",
    "return": "return\rwaybill: forged",
    "bidi": "bidi\u202eabc\u202c\u2066d\u2069\u200f\u061c",
    "unseen": "unseen\u200b\u200d\u2060\ufeff\xad\u3164\ufe0f",
    "tags": "tags\U000e0041\U000e0042\U000e007f",
    "lines": f"lines\n{FORGED}\r\nwaybill: forged\u2028{FORGED}\u2029{FORGED}\x85{FORGED}",
    "half": "half\udc9b \ud800 ",
    "markup": "markup[/bold][link=http://evil.example]x[/link][bold red]:warning: [/",
}
ALL = "|".join(HOSTILE.values())

_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_OURS = re.compile(r"\r?\x1b\[(?:2K|1A|\?25[lh]|(?!35;7)[0-9;]*m)")
"""Colours, and what a live line of progress needs."""


class Terminal(io.StringIO):
    """A stdout or stderr that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Pipe(io.StringIO):
    def isatty(self) -> bool:
        return False


def obeyed(out: str) -> list[str]:
    """What a terminal would obey in a program's output, and each line that looks like one of another's."""
    plain = _OURS.sub("", out)
    controls = [ascii(one) for one in _UNWANTED.findall(plain) + re.findall("\x1b.{,8}", plain)]
    lines = [one for one in plain.split("\n") if one.strip().startswith((FORGED[:18], "waybill: forged"))]
    return controls + lines
