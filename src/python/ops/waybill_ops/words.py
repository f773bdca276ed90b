"""Words that several commands say alike."""

from __future__ import annotations

import re

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """``text`` for a table: what a terminal would obey, or can't show, is spelled as in Python."""
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)


def going_over(number: int) -> str:
    """What to say of a dataset that is still of lake format 1 or 2."""
    return (
        f"the dataset is of lake format {number}: the next commit of this release takes it over to format 3, and from "
        "then on Waybill 0.1.0 can't go on with it"
    )
