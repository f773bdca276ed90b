"""What 0.1.0 said of records of ``names`` is said for ever (``corpus/make_names_verdicts.py`` made the file)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from corpus.frozen import lines, verdicts
from model_judge import Dead, judge

from waybill_common.contract import format_instant
from waybill_streams.names import NAMES

FILE = "legacy/names.jsonl.xz"
FROZEN = 4459
SHA256 = "65d8050da63e2231979d5838d9e70f56ad05b3595b576b2b6253a199a0332d89"


def test_no_frozen_line_was_altered() -> None:
    assert hashlib.sha256(b"".join(lines(FILE)[:FROZEN])).hexdigest() == SHA256


def test_todays_judge_says_what_0_1_0_said() -> None:
    found = [(value, said(value), told) for value, told in verdicts(FILE)]
    assert len(found) >= FROZEN
    assert [one for one in found if one[1] != one[2]] == []


def said(value: bytes | None) -> dict[str, Any]:
    found = judge(NAMES, value)
    if isinstance(found, Dead):
        return {"verdict": "dead", "reason": str(found.reason), "detail": found.detail}
    return {"verdict": "row", "values": {name: _text(one) for name, one in found}}


def _text(value: object) -> str | None:
    if isinstance(value, datetime):
        return format_instant(value)
    return value if value is None or isinstance(value, str) else repr(value)
