"""How objects are named: by the manifest and the record alone, so that every attempt picks the same name."""

from __future__ import annotations

import re

LEDGER = "_waybill/"
DATA = "data/"
DEAD_LETTERS = "dead_letters/"
LATEST = "_waybill/latest.json"

_ENTRY = re.compile(r"_waybill/([0-9]{20})\.(manifest|receipt)\.json")


def manifest_key(number: int) -> str:
    return f"{LEDGER}{number:020d}.manifest.json"


def receipt_key(number: int) -> str:
    return f"{LEDGER}{number:020d}.receipt.json"


def parse_entry(key: str) -> tuple[int, str] | None:
    """``(number, "manifest" | "receipt")`` for a ledger entry's key, None for any other key."""
    match = _ENTRY.fullmatch(key)
    return (int(match[1]), match[2]) if match else None


def split_name(topic: str, partition: int, start: int, end: int) -> str:
    """The split ``[start, end)`` of one partition: zero-padded, so that names sort as offsets do."""
    return f"{topic}-{partition}-{start:020d}-{end:020d}.parquet"


def data_key(topic: str, partition: int, start: int, end: int, date: str) -> str:
    return f"{DATA}date={date}/{split_name(topic, partition, start, end)}"


def dead_letter_key(topic: str, partition: int, start: int, end: int) -> str:
    return f"{DEAD_LETTERS}{split_name(topic, partition, start, end)}"


def partition_in(key: str) -> tuple[str, ...]:
    """The values that the folders of a data object stand for; none for dead letters."""
    folders = key.removeprefix(DATA).split("/")[:-1] if key.startswith(DATA) else []
    return tuple(folder.split("=", 1)[-1] for folder in folders)
