"""Records to learn from, and how they are read before there is a contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from waybill_contracts.judging import KafkaInput, unframe_of
from waybill_contracts.scanning import NotJson, Repeated, read_json, too_deep

FRAMES = ("confluent", "apicurio", "glue")
"""Those that can be told by a value's first bytes."""


@dataclass(frozen=True)
class SampleRecord:
    """``where`` is what its user calls it: ``line 7``."""

    record: KafkaInput
    where: str


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True)
class ReadSample:
    """``trees`` of the records that any contract of this format can take; ``unread`` why the others are none."""

    format: str
    frame: str | None
    trees: tuple[dict[str, Any], ...]
    unread: tuple[tuple[SampleRecord, str], ...]


def read_sample(records: Sequence[SampleRecord], form: str | None) -> ReadSample:
    """``form`` is ``json``, ``text`` or ``binary``; where it is ``None``, the one that most of the records are.

    The frame is the one in which most of them are JSON.
    """
    values = [one for one in records if one.record.value is not None]
    if form in (None, "json"):
        tries = [_as_json(values, frame) for frame in (None, *FRAMES)]
        best = max(tries, key=lambda one: len(one.trees))
        is_json = {reason for _, reason in best.unread} & {"not_an_object", "duplicate_field", "too_deep"}
        if form == "json" or best.trees or not values or is_json:
            return best
    is_text = form == "text" or (form is None and all(_is_text(one) for one in values))
    unread = tuple((one, "not_utf8") for one in values if is_text and not _is_text(one))
    return ReadSample("text" if is_text else "binary", None, (), unread)


def looks_framed(records: Sequence[SampleRecord]) -> str | None:
    """The frame that all values seem to have, though no JSON is in it."""
    values = [one.record.value for one in records if one.record.value is not None]
    for frame, begin in (("glue", b"\x03\x00"), ("confluent", b"\x00")):
        if values and all(value.startswith(begin) for value in values):
            return frame
    return None


def _as_json(values: Sequence[SampleRecord], frame: str | None) -> ReadSample:
    unframe = unframe_of(frame, is_old=False)
    trees, unread = [], []
    for one in values:
        value = one.record.value if unframe is None else unframe(one.record.value or b"")
        found = "bad_frame" if value is None else _tree(value)
        if isinstance(found, str):
            unread.append((one, found))
        else:
            trees.append(found)
    return ReadSample("json", frame, tuple(trees), tuple(unread))


def _tree(value: bytes) -> dict[str, Any] | str:
    """The reason where no contract takes it."""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return "not_utf8"
    if too_deep(text):
        return "too_deep"
    try:
        tree = read_json(text)
    except NotJson:
        return "not_json"
    if not isinstance(tree, dict):
        return "not_an_object"
    return "duplicate_field" if isinstance(tree, Repeated) else tree


def _is_text(one: SampleRecord) -> bool:
    try:
        (one.record.value or b"").decode()
    except UnicodeDecodeError:
        return False
    return True
