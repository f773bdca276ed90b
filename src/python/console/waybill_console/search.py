"""What the search field was given. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from waybill_common.flag_types import MOST_OFFSET, MOST_PARTITION

_EVENT = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_PLACE = re.compile(
    r"(?P<topic>[A-Za-z0-9._-]{1,249})(?P<sign>[-/:])(?P<partition>[0-9]{1,10})(?P=sign)(?P<offset>[0-9]{1,19})"
)
_SHORT = re.compile(r"(?P<partition>[0-9]{1,10})[:/-](?P<offset>[0-9]{1,19})")
_COMMIT = re.compile(r"#?([0-9]{1,15})")
_LONGEST = 300


@dataclass(frozen=True)
class MessagePlace:
    topic: str
    partition: int
    offset: int


@dataclass(frozen=True)
class CommitNumber:
    number: int


@dataclass(frozen=True)
class EventId:
    text: str


@dataclass(frozen=True)
class Nothing:
    """The field was empty."""


Wanted = MessagePlace | CommitNumber | EventId | Nothing


def parse_search(text: str, stream_topic: str) -> Wanted:
    """``topic-partition-offset`` (or with ``/`` or ``:``), ``partition:offset`` of the stream's topic (empty where
    nobody says which), a commit, or else an event's id."""
    text = text.strip()[:_LONGEST]
    if not text:
        return Nothing()
    if _EVENT.fullmatch(text):
        return EventId(text)
    commit = _COMMIT.fullmatch(text)
    if commit is not None and int(commit[1]):
        return CommitNumber(int(commit[1]))
    short, place = _SHORT.fullmatch(text), _PLACE.fullmatch(text)
    if short is not None:
        return _place(stream_topic, short) or EventId(text)
    return (_place(place["topic"], place) if place is not None else None) or EventId(text)


def _place(topic: str, found: re.Match[str]) -> MessagePlace | None:
    partition, offset = int(found["partition"]), int(found["offset"])
    in_bounds = partition <= MOST_PARTITION and offset <= MOST_OFFSET
    return MessagePlace(topic, partition, offset) if in_bounds else None
