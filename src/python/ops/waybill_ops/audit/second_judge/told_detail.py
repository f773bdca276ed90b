"""What a dead letter says of its record: places and codes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from waybill_ops.audit.second_judge.reading_values import NodePath

MOST_PATH = 400
MOST_LISTED = 20
MOST_OLD_DETAIL = 400

ToldFault = tuple[NodePath | str, str, str]
"""Where, the code, and the rule that ``bad_value`` broke. What stands around a value has a name for a path:
``kafka_timestamp``, ``kafka_key``, ``kafka_headers``."""


def detail_told(told: Sequence[ToldFault], *, is_old: bool) -> str:
    """``is_old``: in 0.1.0's words, with bare names, and nothing of the value as a whole."""
    if is_old:
        return _old_detail(told)[:MOST_OLD_DETAIL]
    listed = told[:MOST_LISTED]
    return "; ".join(f"{pointer(path)}: {code}{f' {rule}' if rule else ''}" for path, code, rule in listed)


def _old_detail(told: Sequence[ToldFault]) -> str:
    found = [f"{_bare(path)}: {code}" for path, code, _ in told if path]
    if told[0][1] == "bad_timestamp" and len(told) > 1 and len(found) == 1:
        found.append(told[1][1])
    return "; ".join(found)


def _bare(path: NodePath | str) -> str:
    return pointer(path).removeprefix("/").replace("~1", "/").replace("~0", "~")


def pointer(path: NodePath | str, most: int | None = MOST_PATH) -> str:
    if isinstance(path, str):
        return path
    return "".join(f"/{escaped(one[:most])}" for one in path)[:most]


def escaped(token: str) -> str:
    return re.sub("[~/]", lambda one: "~0" if one[0] == "~" else "~1", token)
