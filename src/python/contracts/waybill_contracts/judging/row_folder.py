"""Where a row's object lies: its path below ``data/``. A window bounds the folders, never the verdicts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from waybill_contracts.document import ContractDocument, FolderKey
from waybill_contracts.judging.verdicts import JudgedRow
from waybill_contracts.types import DAY_MICROS, FIRST_DAY, LAST_DAY, date_text

HOUR_MICROS = DAY_MICROS // 24
NULL_DAY, BEFORE_DAY, AFTER_DAY = FIRST_DAY, FIRST_DAY + 1, LAST_DAY

_HIVES = re.compile("[\"#%'*/:=?\\\\{\\[\\]^\x00-\x1f\x7f]")


@dataclass(frozen=True)
class FolderWindow:
    """First and last day, both included."""

    first: int = FIRST_DAY
    last: int = LAST_DAY


def folder_of(document: ContractDocument, row: JudgedRow, window: FolderWindow) -> str:
    named = {**dict(zip(document.columns, row.values, strict=True)), "kafka_timestamp": row.timestamp}
    return "/".join(
        folder_name(one, named[one.column], window, is_date=holds_days(document, one))
        for one in document.partition_by
    )


def holds_days(document: ContractDocument, key: FolderKey) -> bool:
    """Whether what it goes by are days, not microseconds."""
    return key.column != "kafka_timestamp" and document.columns[key.column].type.family == "date"


def folder_name(key: FolderKey, value: Any, window: FolderWindow, *, is_date: bool) -> str:
    """One folder, ``key=value``; ``value`` is as the judge has it."""
    return f"{key.key}={_escaped(_folder_value(key, value, window, is_date=is_date))}"


def _folder_value(key: FolderKey, value: Any, window: FolderWindow, *, is_date: bool) -> str:
    if key.transform == "identity":
        return "null" if value is None else value if isinstance(value, str) else str(value).lower()
    day, hour = NULL_DAY, 0
    if value is not None:
        day = value if is_date else value // DAY_MICROS
        hour = 0 if is_date else value % DAY_MICROS // HOUR_MICROS
        if day < window.first:
            day, hour = BEFORE_DAY, 0
        elif day > window.last:
            day, hour = AFTER_DAY, 23
    return f"{date_text(day)}-{hour:02}" if key.transform == "hour" else date_text(day)


def _escaped(text: str) -> str:
    return _HIVES.sub(lambda found: f"%{ord(found[0]):02X}", text)
