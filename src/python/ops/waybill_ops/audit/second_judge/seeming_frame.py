"""Which frame a record seems to have that is dead by its contract."""

from __future__ import annotations

import re
from typing import Any

from waybill_ops.audit.second_judge.id_headers import VALUE_ID, HeaderBytes, id_told, is_named_by_header

_BYTES = (
    ("glue", re.compile(rb"\x03\x00.{17}", re.DOTALL)),
    ("compressed glue", re.compile(rb"\x03\x05.{17}", re.DOTALL)),
    ("confluent", re.compile(rb"\x00.{4}[{\[]", re.DOTALL)),
    ("apicurio", re.compile(rb"\x00{5}.{5}", re.DOTALL)),
    ("confluent", re.compile(rb"\x00(?!\x00{4}).{5}", re.DOTALL)),
    ("no frame", re.compile(rb"[ \t\n\r]*[{\[]")),
)
"""The first that begins as the bytes do."""

_NONE_COMES_OFF = ("no frame", "confluent_header")


def may_say_headers(document: dict[str, Any]) -> bool:
    """Whether headers have a part in what is told of a dead record's frames."""
    frames = [document[part].get("frame", "no frame") for part in ("value", "key") if part in document]
    return any(frame not in _NONE_COMES_OFF for frame in frames)


def told_frame(
    form: dict[str, Any], content: bytes | None, headers: HeaderBytes, id_header: bytes = VALUE_ID
) -> str:
    """What the detail adds to a code; nothing where the frame is as the contract says, or can't be told."""
    named = form.get("frame", "no frame")
    if named not in _NONE_COMES_OFF and id_header in [name for name, _ in headers]:
        return "looks like confluent_header"
    if is_named_by_header(form) and id_told(headers) is not None:
        return ""
    seems = next((frame for frame, begins in _BYTES if begins.match(content or b"")), named)
    is_same = seems == named or {seems, named} <= set(_NONE_COMES_OFF)
    return "" if is_same else f"looks like {seems}"
