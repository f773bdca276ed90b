"""Where a row lies by its document: the path below ``data/``."""

from __future__ import annotations

from typing import Any

WHOLE_CALENDAR = ("0001-01-01", "9999-12-31")

AuditedWindow = tuple[str, str]
"""The first and the last day that have folders of their own."""


def place_of(
    document: dict[str, Any], values: dict[str, Any], timestamp: str | None, window: AuditedWindow
) -> str:
    """Of canonical text, ``timestamp`` too; empty without partitions."""
    parts = []
    for spelled in document["partition_by"]:
        transform, _, name = spelled[:-1].partition("(")
        value = timestamp if name == "kafka_timestamp" else values.get(name)
        suffix = {"identity": "value"}.get(transform, transform)
        key = "date" if "legacy" in document and transform == "day" else f"{name}_{suffix}"
        found = (value or "null") if transform == "identity" else _period(transform, value, window)
        parts.append(f"{key}={_hive(found)}")
    return "/".join(parts)


def _period(transform: str, value: str | None, window: AuditedWindow) -> str:
    hour = ""
    if value is None:
        day, hour = "0001-01-01", "00"
    elif value[:10] < window[0]:
        day, hour = "0001-01-02", "00"
    elif value[:10] > window[1]:
        day, hour = "9999-12-31", "23"
    else:
        day, hour = value[:10], value[11:13]
    return f"{day}-{hour}" if transform == "hour" else day


def _hive(text: str) -> str:
    reserved = "\"#%'*/:=?\\{[]^\x7f"
    return "".join(f"%{ord(one):02X}" if one in reserved or ord(one) < 32 else one for one in text)
