"""One record of a redrives' topic, read by hand from docs/format.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from waybill_ops.audit import entry_fields as taken
from waybill_ops.audit.entry_fields import UnreadableField

MARK = (b"format", b'{"format":2}')
"""Key and value of the record that says that others are of format 2."""

_SOURCE = b"source"
"""Key of the record that says where redrives of a stream are recorded since it has a source of ours."""

_FIELDS = "format stream topic topic_id partition offset state at run chunk successor patch_sha256 reason"
_RUN = re.compile(r"[0-9a-f]{32}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


@dataclass(frozen=True)
class NamedPlace:
    """Partition and offset in a topic, which is told from others of its name by Kafka's id."""

    topic: str
    topic_id: str
    at: tuple[int, int]


@dataclass(frozen=True)
class Fate:
    """What became of one letter of one stream."""

    format: int
    stream: str
    letter: NamedPlace
    state: str
    successor: NamedPlace | None


def source_mark(since: str) -> tuple[bytes, bytes]:
    """Key and value of that record."""
    return _SOURCE, f'{{"format":2,"recorded_in":"{since}"}}'.encode()


def fate_of(key: bytes | None, value: bytes) -> Fate:
    """Raises ``UnreadableField`` for whatever commands on letters refuse too."""
    fields = taken.parse_object(value)
    found = fields.get("format")
    if type(found) is not int or found not in (1, 2):
        raise UnreadableField(f"its format is {taken.shown(found)}")
    taken.closed(fields, _FIELDS)
    letter = NamedPlace(
        taken.text(fields, "topic"),
        taken.text(fields, "topic_id"),
        (taken.partition(fields), taken.count(fields, "offset")),
    )
    stream, state = taken.text(fields, "stream"), taken.text(fields, "state")
    parts = (letter.topic, *letter.at) if found == 1 else (stream, letter.topic_id, letter.topic, *letter.at)
    if "/".join(map(str, parts)) != (key or b"").decode(errors="replace"):
        raise UnreadableField(f"its key {str(key)[:80]} is not its dead letter")
    if state not in ("redriven", "waived"):
        raise UnreadableField(f"its state is {state[:80]!r}")
    _require_rest(fields, waived=state == "waived")
    if (state == "redriven") != (fields["successor"] is not None):
        raise UnreadableField("a redriven dead letter has a successor, no other one has")
    successor = None if fields["successor"] is None else _successor(fields["successor"], letter, found)
    return Fate(found, stream, letter, state, successor)


def _successor(said: Any, letter: NamedPlace, of_format: int) -> NamedPlace:
    """Up to format 1 it is in the letter's own topic."""
    if of_format == 1:
        fields = taken.closed(said, "partition offset")
        topic, topic_id = letter.topic, letter.topic_id
    else:
        fields = taken.closed(said, "topic topic_id partition offset")
        topic, topic_id = taken.text(fields, "topic"), taken.text(fields, "topic_id")
    return NamedPlace(topic, topic_id, (taken.partition(fields), taken.count(fields, "offset")))


def _require_rest(fields: dict[str, Any], *, waived: bool) -> None:
    """Check fields that the audit does not need. Commands on dead letters refuse a record where they are wrong."""
    taken.matching(fields, "run", _RUN, "32 hex digits")
    taken.positive(fields, "chunk")
    if fields["patch_sha256"] is not None:
        taken.sha256(fields, "patch_sha256")
    if waived:
        taken.text(fields, "reason")
    elif fields["reason"] is not None:
        raise UnreadableField("a waived dead letter has a reason, no other one has")
    try:
        datetime.fromisoformat(taken.matching(fields, "at", _INSTANT, "an instant"))
    except ValueError as error:
        raise UnreadableField(f"at is {taken.shown(fields['at'])}: {error}") from error
