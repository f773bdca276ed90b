"""Where a session sends and records, and whether the topic that it sends to is still the one that counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from waybill_common.errors import TopicRefused
from waybill_common.kafka import (
    describe_topic,
    is_hidden,
    redriven_plan,
    require_topic,
    topic_id,
)
from waybill_common.settings import KafkaSettings, Settings
from waybill_ops.dataset import begun_position
from waybill_ops.dead_letters import DeadLetterFinder, is_of_redriven, read_recorded
from waybill_ops.redrive.takeover import transactional_id
from waybill_streams.redrives import route_of, route_of_redriven, sibling_of


@dataclass(frozen=True)
class SessionWay:
    """``sent_to_id`` is that topic's id, empty where nothing is sent. ``largest_record`` bounds batches for it.

    ``recorded_before``: a second topic whose records count, of the time before the stream was given a source. ``bound``
    is the one topic that redrives ever went to, or went to then, by what is recorded: its name and its id now. Another
    one of its name is not that.
    """

    sent_to: str
    sent_to_id: str
    recorded_in: str
    old_ids: tuple[str, ...] = ()
    largest_record: int | None = None
    recorded_before: str | None = None
    bound: tuple[str, str] | None = None

    def check_named(self, named: Collection[tuple[str, str]]) -> None:
        """Raises ``TopicRefused`` where redrives went to a topic of this name and another id."""
        if self.bound is None:
            return
        name, now = self.bound
        for topic, other in named:
            if topic == name and other != now:
                raise _made_anew(name, now, f"{self.recorded_before or self.recorded_in} names {other}")

    def check_still_there(self, kafka: KafkaSettings) -> None:
        """Before a transaction is committed: else what is recorded would name another topic's places."""
        now = topic_id(kafka, self.sent_to)
        if now != self.sent_to_id:
            raise _made_anew(self.sent_to, now, f"this redrive began with {self.sent_to_id}")


def way_to_record(settings: Settings, letters: DeadLetterFinder) -> SessionWay:
    """For who sends nothing. Raises ``TopicRefused`` where the stream's own topic is not the one of its ledger."""
    stream = settings.stream
    if is_of_redriven(stream, letters.topics) or not stream.is_filled:
        route = route_of_redriven(stream)
        return SessionWay(route.sent_to, "", route.recorded_in)
    route, name = route_of(stream), stream.topic
    source, known = describe_topic(settings.kafka, name), letters.topics[letters.topic]
    if source is None or source.id != known:
        raise _made_anew(name, source.id if source else None, f"the ledger knows {known}")
    way = SessionWay(route.sent_to, source.id, route.recorded_in, route.old_ids, source.max_message_bytes)
    before = route.before.recorded_in if route.before else route.recorded_in
    if before == route.recorded_in or not _is_there(settings.kafka, before):
        return way
    return replace(way, old_ids=(*way.old_ids, transactional_id(before)), recorded_before=before)


def way_to_send(settings: Settings, letters: DeadLetterFinder) -> SessionWay:
    """The topic of what was redriven is made where none is known yet.

    Raises ``TopicRefused`` where it is not the one that its ledger or a redrive's record names.
    """
    way, kafka, sibling = way_to_record(settings, letters), settings.kafka, sibling_of(settings.stream)
    sends_there = way.sent_to == sibling.topic
    if not sends_there and is_hidden(kafka, sibling.topic):
        return way
    found = describe_topic(kafka, sibling.topic)
    way = replace(way, bound=(sibling.topic, found.id if found else ""))
    # Before the topic is made. It is asked again once nobody else can record anything.
    way.check_named(read_recorded(settings, letters.topics, waits=False).sent_to)
    begun = begun_position(settings, sibling)
    ledger = None if begun is None else begun.topic_id
    if ledger is not None and ledger != (found.id if found else None):
        raise _made_anew(
            sibling.topic, found.id if found else None, f"the ledger of {sibling.stream} knows {ledger}"
        )
    if not sends_there:
        return way
    source = describe_topic(kafka, settings.stream.topic)
    plan = redriven_plan(kafka, sibling.topic, source, settings.redrive.retention)
    made = require_topic(kafka, plan)
    return replace(
        way, sent_to_id=made.id, largest_record=made.max_message_bytes, bound=(sibling.topic, made.id)
    )


def _is_there(kafka: KafkaSettings, topic: str) -> bool:
    """A topic that this user may not even learn of was made by nobody who sends what he does."""
    return not is_hidden(kafka, topic) and topic_id(kafka, topic) is not None


def _made_anew(topic: str, now: str | None, why: str) -> TopicRefused:
    found = f"Topic {topic} has id {now}" if now else f"There is no topic {topic}"
    return TopicRefused(
        f"{found}, {why}: it was deleted{' and recreated' if now else ''}.",
        allowed="the topic that the dead letters came from, and the one that redrives went to before.",
        remedy="export the dead letters, and produce what is to be kept to the new topic by other means.",
    )
