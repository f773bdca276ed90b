"""How objects are named: by the manifest and the record alone, so that every attempt picks the same name."""

from __future__ import annotations

import re

from waybill_common.errors import SettingsRefused

LEDGER = "_waybill/"
DATA = "data/"
DEAD_LETTERS = "dead_letters/"
LATEST = "_waybill/latest.json"

LONGEST_NAME = 240
"""Bytes of an object's name. File systems take 255, and a local store's temporary names are longer by a few."""

LONGEST_KEY = 1000
"""Bytes of an object's key in its bucket. S3 takes 1,024."""

_ESCAPE = re.compile("%([0-9A-F]{2})")
_ENTRY = re.compile(r"_waybill/([0-9]{20})\.(manifest|receipt)\.json")


def manifest_key(number: int) -> str:
    return f"{LEDGER}{number:020d}.manifest.json"


def receipt_key(number: int) -> str:
    return f"{LEDGER}{number:020d}.receipt.json"


def document_key(sha256: str) -> str:
    """The contract's document whose bytes have this sha256."""
    return f"{LEDGER}contracts/{sha256}.json"


def schemas_key(number: int) -> str:
    """What the ids in a commit's records mean, beyond what its manifest says."""
    return f"{LEDGER}{number:020d}.schemas.json"


def schema_key(sha256: str) -> str:
    """The writer's schema whose document has this sha256."""
    return f"{LEDGER}schemas/{sha256}.json"


def parse_entry(key: str) -> tuple[int, str] | None:
    """``(number, "manifest" | "receipt")`` for a ledger entry's key, None for any other key."""
    match = _ENTRY.fullmatch(key)
    return (int(match[1]), match[2]) if match else None


def split_name(topic: str, partition: int, start: int, end: int) -> str:
    """The split ``[start, end)`` of one partition: zero-padded, so that names sort as offsets do."""
    return f"{topic}-{partition}-{start:020d}-{end:020d}.parquet"


def data_key(topic: str, partition: int, start: int, end: int, folder: str) -> str:
    """``folder`` is the path below ``data/``, such as ``date=2026-11-22``; empty where there is none."""
    return f"{DATA}{folder}{'/' if folder else ''}{split_name(topic, partition, start, end)}"


def dead_letter_key(topic: str, partition: int, start: int, end: int) -> str:
    return f"{DEAD_LETTERS}{split_name(topic, partition, start, end)}"


def partition_in(key: str) -> tuple[str, ...]:
    """The values that the folders of a data object stand for; none for dead letters."""
    folders = key.removeprefix(DATA).split("/")[:-1] if key.startswith(DATA) else []
    return tuple(_unescaped(folder.split("=", 1)[-1]) for folder in folders)


def _unescaped(text: str) -> str:
    """What Hive's ``%XX`` stands for; all else in a folder's name is itself."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def check_names(topic: str, partitions: int, address: str, folder: str, *, is_local: bool) -> None:
    """Every object of the topic can have its name in the lake at ``address``; raises ``SettingsRefused``.

    ``folder`` is the longest that rows can go to. To be asked before the first manifest of a contract: a dataset that
    has begun keeps its names.
    """
    last = max(partitions - 1, 0)
    key = data_key(topic, last, 0, 0, folder)
    name = key.rsplit("/", 1)[1]
    if is_local and len(name.encode()) > LONGEST_NAME:
        raise SettingsRefused(
            f"Objects of topic {topic} would have names of {len(name.encode())} bytes, such as {name}.",
            allowed=f"at most {LONGEST_NAME} bytes on a local disk.",
            remedy="choose a topic with a shorter name, or a lake in an object store. Nothing was written.",
        )
    for one in folder.split("/"):
        if len(one.encode()) > LONGEST_NAME:
            raise SettingsRefused(
                f"Rows would go to a folder with a name of {len(one.encode())} bytes: {one[:80]}…",
                allowed=f"at most {LONGEST_NAME} bytes, with the column's name and what is escaped.",
                remedy="take shorter values into the enum, or another column for partition_by. No commit was begun.",
            )
    whole = address if is_local else address.split("://", 1)[-1].partition("/")[2]
    size = len(f"{whole}/{key}".encode())
    if size > LONGEST_KEY:
        raise SettingsRefused(
            f"Objects of topic {topic} would have keys of {size} bytes below {address}.",
            allowed=f"at most {LONGEST_KEY} bytes, with folder, stream and topic.",
            remedy="choose a shorter lake.url, or a topic with a shorter name. Nothing was written.",
        )
