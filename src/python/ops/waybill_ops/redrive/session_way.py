"""Where a session sends and records, and whether the topic that it sends to is still the one that counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from waybill_common.errors import TopicRefused
from waybill_common.kafka import (
    describe_topic,
    redriven_plan,
    require_topic,
    topic_id,
)
from waybill_common.settings import KafkaSettings, Settings
from waybill_ops.dataset import open_journal, position_of
from waybill_ops.dead_letters import DeadLetterFinder, read_recorded
from waybill_streams.redrives import route_of, sibling_of


@dataclass(frozen=True)
class SessionWay:
    """``sent_to_id`` is that topic's id, empty where nothing is sent. ``largest_record`` bounds batches for it.

    ``is_bound``: it is the one topic that redrives ever went to, by what is recorded; another one of its name is not.
    """

    sent_to: str
    sent_to_id: str
    recorded_in: str
    old_ids: tuple[str, ...] = ()
    largest_record: int | None = None
    is_bound: bool = False

    def check_named(self, named: Collection[tuple[str, str]]) -> None:
        """Raises ``TopicRefused`` where redrives went to a topic of this name and another id."""
        for topic, other in named if self.is_bound else ():
            if topic == self.sent_to and other != self.sent_to_id:
                raise _made_anew(self.sent_to, self.sent_to_id, f"{self.recorded_in} names {other}")

    def check_still_there(self, kafka: KafkaSettings) -> None:
        """Before a transaction is committed: else what is recorded would name another topic's places."""
        now = topic_id(kafka, self.sent_to)
        if now != self.sent_to_id:
            raise _made_anew(self.sent_to, now, f"this redrive began with {self.sent_to_id}")


def way_to_record(settings: Settings, letters: DeadLetterFinder) -> SessionWay:
    """For who sends nothing. Raises ``TopicRefused`` where the stream's own topic is not the one of its ledger."""
    route = route_of(settings.stream)
    if sibling_of(settings.stream) is not None:
        return SessionWay(route.sent_to, "", route.recorded_in)
    name = settings.stream.topic
    source, known = describe_topic(settings.kafka, name), letters.topics[letters.topic]
    if source is None or source.id != known:
        raise _made_anew(name, source.id if source else None, f"the ledger knows {known}")
    return SessionWay(route.sent_to, source.id, route.recorded_in, route.old_ids, source.max_message_bytes)


def way_to_send(settings: Settings, letters: DeadLetterFinder) -> SessionWay:
    """The topic of what was redriven is made where none is known yet.

    Raises ``TopicRefused`` where it is not the one that its ledger or a redrive's record names.
    """
    sibling, way = sibling_of(settings.stream), way_to_record(settings, letters)
    if sibling is None:
        return way
    kafka = settings.kafka
    found = describe_topic(kafka, sibling.topic)
    way = replace(way, sent_to_id=found.id if found else "", is_bound=True)
    ledger = position_of(open_journal(settings, sibling), settings, sibling).topic_id
    if ledger is not None and ledger != way.sent_to_id:
        raise _made_anew(way.sent_to, way.sent_to_id, f"the ledger of {sibling.stream} knows {ledger}")
    # Before the topic is made. It is asked again once nobody else can record anything.
    way.check_named(read_recorded(settings, letters.topics, waits=False).sent_to)
    source = describe_topic(kafka, settings.stream.topic)
    plan = redriven_plan(kafka, sibling.topic, source, settings.redrive.retention)
    made = require_topic(kafka, plan)
    return replace(way, sent_to_id=made.id, largest_record=made.max_message_bytes)


def _made_anew(topic: str, now: str | None, why: str) -> TopicRefused:
    found = f"Topic {topic} has id {now}" if now else f"There is no topic {topic}"
    return TopicRefused(
        f"{found}, {why}: it was deleted{' and recreated' if now else ''}.",
        allowed="the topic that the dead letters came from, and the one that redrives went to before.",
        remedy="export the dead letters, and produce what is to be kept to the new topic by other means.",
    )
