"""What stands around a value: its frame, its key, its headers."""

from __future__ import annotations

from typing import Any

from waybill_ops.audit.second_judge.id_headers import HeaderBytes
from waybill_ops.audit.second_judge.json_nodes import Malformed, is_too_deep, read_nodes
from waybill_ops.audit.second_judge.seeming_frame import told_frame
from waybill_ops.audit.second_judge.told_detail import ToldFault

FRAMES = {
    "confluent": (b"\x00", 4),
    "apicurio": (b"\x00", 8),
    "glue": (b"\x03\x00", 16),
    "confluent_header": (b"", 0),
}


class Unreadable(ValueError):
    """The value as a whole; the code says why."""


def unframed(frame: str, value: bytes) -> bytes:
    begin, more = FRAMES[frame]
    inner = value[len(begin) + more :]
    if value[: len(begin)] != begin or not inner:
        raise Unreadable("bad_frame")
    return inner


def judge_key(
    document: dict[str, Any],
    key: bytes | None,
    headers: HeaderBytes,
    around: dict[str, Any],
    said: list[ToldFault],
) -> None:
    form = document.get("key")
    if form is None:
        return
    around["kafka_key"] = None
    if key is None:
        return
    try:
        inner = unframed(form["frame"], key) if "frame" in form else key
        if form["format"] == "binary":
            around["kafka_key"] = inner.hex()
            return
        text = inner.decode()
        around["kafka_key"] = _json_key(text) if form["format"] == "json" else text
    except (Unreadable, Malformed, UnicodeDecodeError):
        said.append(("kafka_key", "bad_key", told_frame(form, key, headers, id_header=b"__key_schema_id")))


def _json_key(text: str) -> str:
    if is_too_deep(text):
        raise Malformed
    node = read_nodes(text)
    return text[node.start : node.end]


def judge_headers(
    document: dict[str, Any], headers: HeaderBytes, twice: bool, around: dict[str, Any], said: list[ToldFault]
) -> None:
    try:
        names: list[str] | None = [name.decode() for name, _ in headers]
    except UnicodeDecodeError:
        names = None if document["headers"] else []
    if twice or names is None:
        said.append(("kafka_headers", "bad_headers", ""))
    elif document["headers"]:
        values = [None if value is None else value.hex() for _, value in headers]
        around["kafka_headers"] = [
            {"name": one, "value": two} for one, two in zip(names, values, strict=True)
        ]
