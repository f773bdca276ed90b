"""Reading what redrives recorded: a topic of one partition, compacted, in which the last record of a key counts."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from waybill_common.errors import DeadLettersRefused
from waybill_common.kafka import describe_topic, is_hidden, settled_records
from waybill_common.ledger import load_json
from waybill_common.settings import Settings, StreamSettings
from waybill_ops.dead_letters.dead_letter import RecordCoordinates, parse_coordinates
from waybill_ops.dead_letters.redrive_status import AnyStatus, OldRedriveStatus, RedriveStatus, Successor
from waybill_streams.redrives import route_of, route_of_redriven, sibling_of

MARK_KEY, MARK = b"format", b'{"format":2}'
"""A record that no release reads that does not know records of format 2: 0.1.0 refuses the whole topic for it."""

SOURCE_KEY = b"source"
"""Of a record in the topic that a stream's redrives were recorded in while it had no source of ours: its value says
where they are recorded since, and whoever still goes by the old folder refuses the topic for it."""

Statuses = Mapping[RecordCoordinates, AnyStatus]


@dataclass
class Recorded:
    """What is recorded of a stream's dead letters in ``topics``, each with its id; other records are of others.

    ``sent_to`` has the topics that redriven ones were ever sent to, by name and id. ``since``: where the stream's
    redrives are recorded that has a source of ours by now; who goes by that knows what it is.
    """

    stream: str
    topics: Mapping[str, str]
    since: str | None = None
    sent_to: set[tuple[str, str]] = field(default_factory=set, init=False)
    _new: dict[RecordCoordinates, RedriveStatus] = field(default_factory=dict)
    _old: dict[RecordCoordinates, OldRedriveStatus] = field(default_factory=dict)

    @property
    def statuses(self) -> Statuses:
        return {**self._old, **self._new}

    @property
    def under_old_keys(self) -> frozenset[RecordCoordinates]:
        """Of which a record of format 1 counts, unless its key is set to null."""
        return frozenset(self._old)

    def take(self, key: bytes | None, value: bytes | None, at: str) -> None:
        """Take one more record, which stands ``at`` that place. Raises ``DeadLettersRefused``."""
        if key == MARK_KEY and value == MARK:
            return
        if key == SOURCE_KEY and value is not None:
            self._take_source(value, at)
            return
        if value is None:
            self._forget(key)
            return
        status = _parsed(value, at)
        if status.key != key:
            raise _unreadable(at, f"its key {key!r:.200} is not its dead letter {status.key!r:.300}")
        self._forget(key)
        if status.stream == self.stream and isinstance(status.successor, Successor):
            self.sent_to.add((status.successor.topic, status.successor.topic_id))
        if status.stream != self.stream or self.topics.get(status.topic) != status.topic_id:
            return
        if isinstance(status, OldRedriveStatus):
            self._old[status.coordinates] = status
        else:
            self._new[status.coordinates] = status

    def _take_source(self, value: bytes, at: str) -> None:
        if value != source_mark(self.since or ""):
            raise DeadLettersRefused(
                f"The record at {at} says that the stream has a source now, and where its redrives are recorded since: "
                f"{value[:200].decode(errors='replace')}.",
                allowed="the stream's folder as it is now, with that source.",
                remedy="go by the newest folder: by an older one a letter would be sent twice. Nothing was sent.",
            )

    def _forget(self, key: bytes | None) -> None:
        text = (key or b"").decode(errors="replace")
        for topic, topic_id in self.topics.items():
            own = f"{self.stream}/{topic_id}/"
            found = parse_coordinates(text.removeprefix(own)) if text.startswith(own) else None
            if found is not None and found.topic == topic:
                self._new.pop(found, None)
        if of_old := parse_coordinates(text):
            self._old.pop(of_old, None)


@dataclass(frozen=True)
class AllRecorded:
    """What is recorded now, and ``before`` the stream had a source of ours, where it once had none."""

    now: Recorded
    before: Recorded | None = None

    @property
    def statuses(self) -> Statuses:
        return {**(self.before.statuses if self.before else {}), **self.now.statuses}

    @property
    def sent_to(self) -> frozenset[tuple[str, str]]:
        return frozenset(self.now.sent_to | (self.before.sent_to if self.before else set()))

    @property
    def under_old_keys(self) -> frozenset[RecordCoordinates]:
        return self.now.under_old_keys

    @property
    def from_before(self) -> frozenset[RecordCoordinates]:
        """What is recorded of these in the earlier topic counts, unless their keys are set to null there."""
        return frozenset(self.before.statuses if self.before else ())


def read_recorded(settings: Settings, topics: Mapping[str, str], *, waits: bool = True) -> AllRecorded:
    """Of letters of one dataset. Nothing where no redrive ever created the topic. Creates nothing. ``waits`` for
    transactions that are ending.

    Raises ``KafkaUnavailable`` or ``DeadLettersRefused``.
    """
    stream, own = settings.stream.name, route_of(settings.stream)
    route = route_of_redriven(settings.stream) if is_of_redriven(settings.stream, topics) else own
    since = None if route.recorded_in == own.recorded_in else own.recorded_in
    now = _read(settings, Recorded(stream, topics, since), route.recorded_in, waits=waits)
    if route.before is None or route.before.recorded_in == route.recorded_in:
        return AllRecorded(now)
    if is_hidden(settings.kafka, route.before.recorded_in):
        return AllRecorded(now)
    before = Recorded(stream, topics, route.recorded_in)
    return AllRecorded(now, _read(settings, before, route.before.recorded_in, waits=waits))


def is_of_redriven(stream: StreamSettings, topics: Collection[str]) -> bool:
    """Whether letters of these topics are those of what was redriven."""
    return sibling_of(stream).topic in topics


def source_mark(recorded_in: str) -> bytes:
    """The value under ``SOURCE_KEY``."""
    return b'{"format":2,"recorded_in":%s}' % json.dumps(recorded_in).encode()


def _read(settings: Settings, recorded: Recorded, topic: str, *, waits: bool) -> Recorded:
    if describe_topic(settings.kafka, topic) is not None:
        for message in settled_records(settings.kafka, topic, waits=waits):
            recorded.take(message.key(), message.value(), f"{topic}-0 offset {message.offset()}")
    return recorded


def read_statuses(settings: Settings, topics: Mapping[str, str], *, waits: bool = True) -> Statuses:
    """As ``read_recorded``, for who changes nothing."""
    return read_recorded(settings, topics, waits=waits).statuses


def _parsed(value: bytes, at: str) -> AnyStatus:
    try:
        fields = load_json(value)
        if not isinstance(fields, dict) or type(fields.get("format")) is not int:
            raise _unreadable(at, "it has no format")  # pydantic takes true and 1.0 for 1
        model = OldRedriveStatus if fields["format"] == 1 else RedriveStatus
        return model.model_validate_json(value)
    except ValidationError as error:
        raise _unreadable(at, str(error.errors(include_url=False)[0]["msg"])) from error
    except ValueError as error:
        raise _unreadable(at, str(error)[:300]) from error


def _unreadable(at: str, why: str) -> DeadLettersRefused:
    return DeadLettersRefused(
        f"The record at {at} is no redrive status that this release reads: {why}.",
        allowed="records written by waybill, formats 1 and 2.",
        remedy="run the release that wrote it, or see who else writes to that topic.",
    )
