"""Where a dataset of somebody else's topic begins: what the setting may say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

Start = Literal["earliest", "latest"] | datetime | dict[int, int]
"""The topic's first or next offsets, those of a time, or offsets by partition."""

_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
START_FORMS = (
    "'earliest', 'latest', an instant such as 2026-11-01T00:00:00Z, or a table of each partition's first offset such "
    'as {"0": 1200, "1": 800}'
)
"""What a start may be, in words."""

_PARTITION = re.compile(r"0|[1-9][0-9]{0,8}")
_MOST_OFFSET = 2**63 - 1
_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


def parse_start(said: object) -> Start:
    """Raises ``ValueError``."""
    if isinstance(said, str) and said in ("earliest", "latest"):
        return "earliest" if said == "earliest" else "latest"
    if isinstance(said, str) and _INSTANT.fullmatch(said):
        try:
            moment = datetime.fromisoformat(said.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValueError("it is no instant: no such day or time") from None
        return _moment(moment)
    if isinstance(said, datetime) and said.tzinfo is not None:
        return _moment(said)
    if isinstance(said, Mapping) and said:
        return dict(_offset(partition, offset) for partition, offset in said.items())
    raise ValueError(f"it is {START_FORMS}")


def _moment(said: datetime) -> datetime:
    moment = said.astimezone(UTC)
    if moment < _FIRST_MOMENT:
        raise ValueError("it is before 1970, as no record is")
    return moment


def _offset(partition: object, offset: object) -> tuple[int, int]:
    if not _PARTITION.fullmatch(str(partition)):
        raise ValueError("a partition is a number from 0 on")
    if type(offset) is not int or not 0 <= offset <= _MOST_OFFSET:
        raise ValueError(f"the offset of partition {partition} is a whole number from 0 to {_MOST_OFFSET}")
    return int(str(partition)), offset
