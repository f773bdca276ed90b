"""How many folders a contract's rows can have, and the longest of their names: known before the first record is."""

from __future__ import annotations

from math import prod

from waybill_common.ledger import DAYS_AHEAD
from waybill_contracts.document import ContractDocument, FolderKey
from waybill_contracts.judging import FolderWindow, folder_name, holds_days

MOST_FOLDERS = 10_000
_HOURS = 24


def window_past(document: ContractDocument, wanted: int) -> int:
    """How many days before today have folders of their own: as many as are wanted, unless hours or a second key would
    make more than ``MOST_FOLDERS`` of them. Today and the days ahead always have."""
    keys = document.partition_by
    is_hourly = any(one.transform == "hour" for one in keys)
    if not is_hourly and len(keys) < 2:
        return wanted
    of_a_day = prod(len(_values(document, one)) for one in keys) * (_HOURS if is_hourly else 1)
    return max(0, min(wanted, MOST_FOLDERS // of_a_day - DAYS_AHEAD - 1))


def longest_folder(document: ContractDocument) -> str:
    """The path with the most bytes."""
    whole = FolderWindow()
    return "/".join(
        max(
            (
                folder_name(one, value, whole, is_date=holds_days(document, one))
                for value in _values(document, one)
            ),
            key=lambda name: len(name.encode()),
        )
        for one in document.partition_by
    )


def identity_values(document: ContractDocument, key: FolderKey) -> int:
    """How many folders an identity can make."""
    return len(_values(document, key))


def _values(document: ContractDocument, key: FolderKey) -> tuple[object, ...]:
    """All that an identity can have, null included; one for periods, whose names are all of one length."""
    if key.transform != "identity":
        return (0,)
    texts = document.columns[key.column].rules.get("enum")
    return (None, *(texts if isinstance(texts, tuple) else (False, True)))
