"""Reading what redrives recorded: a topic of one partition, compacted, in which the last record of a key counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from waybill_common.errors import DeadLettersRefused
from waybill_common.kafka import describe_topic, settled_records
from waybill_common.ledger import load_json
from waybill_common.settings import Settings
from waybill_ops.dead_letters.dead_letter import RecordCoordinates, parse_coordinates
from waybill_ops.dead_letters.redrive_status import AnyStatus, OldRedriveStatus, RedriveStatus, Successor
from waybill_streams.redrives import route_of

MARK_KEY, MARK = b"format", b'{"format":2}'
"""A record that no release reads that does not know records of format 2: 0.1.0 refuses the whole topic for it."""

Statuses = Mapping[RecordCoordinates, AnyStatus]


@dataclass
class Recorded:
    """What is recorded of a stream's dead letters in ``topics``, each with its id; other records are of others.

    ``sent_to`` has the topics that redriven ones were ever sent to, by name and id.
    """

    stream: str
    topics: Mapping[str, str]
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

    def _forget(self, key: bytes | None) -> None:
        text = (key or b"").decode(errors="replace")
        for topic, topic_id in self.topics.items():
            own = f"{self.stream}/{topic_id}/"
            found = parse_coordinates(text.removeprefix(own)) if text.startswith(own) else None
            if found is not None and found.topic == topic:
                self._new.pop(found, None)
        if of_old := parse_coordinates(text):
            self._old.pop(of_old, None)


def read_recorded(settings: Settings, topics: Mapping[str, str], *, waits: bool = True) -> Recorded:
    """Nothing where no redrive ever created the topic. Creates nothing. ``waits`` for transactions that are ending.

    Raises ``KafkaUnavailable`` or ``DeadLettersRefused``.
    """
    recorded = Recorded(settings.stream.name, topics)
    topic = route_of(settings.stream).recorded_in
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
