"""What becomes of records that are too large for their topic. Pure.

They go where the page's other broken users go, with the same transaction: an event becomes a dead letter, and a dead
dead letter that is too large even there loses its body and tells length and digest instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from waybill_common.errors import TopicRefused
from waybill_producer.events import DeadUser, Transformed, raw_user
from waybill_producer.publishing.batch import Batch, build_batch
from waybill_producer.publishing.size import size_alone

TOO_LARGE = "too_large"
PATIENCE = 2
"""Refusals of one page, after which whatever is above its topic's limit goes without being tried."""


def too_large(
    batch: Batch, refused: Collection[int], limits: Mapping[str, int], *, alone: bool, refusals: int
) -> frozenset[int]:
    """Which records of ``batch`` don't fit, of those that were ``refused`` for their size. Numbers of records.

    ``limits`` has each topic's ``max.message.bytes`` as far as it is known; ``alone`` says that each record had a batch
    of its own, so that a refusal means it alone. Empty: a batch of several was refused, and nobody knows for which.
    """
    if alone:
        certain = frozenset(refused)
        known = {topic: bytes_ - 1 for topic, bytes_ in _smallest(batch, certain).items()}
    else:
        # No batch of several is above the limit: the client is set so. What it refuses is too large by itself.
        certain = frozenset(one for one in refused if _above(batch, one, limits))
        known = dict(limits)
    if certain and refusals >= PATIENCE:
        return certain | {one for one in range(len(batch.records)) if _above(batch, one, known)}
    return certain


def without(batch: Batch, numbers: Collection[int]) -> Batch:
    """The batch without room for these of its records. Raises ``TopicRefused`` for what nothing can be taken from."""
    draft, outcome = batch.draft, batch.draft.outcome
    events, dead, bodiless = list[int](), list[DeadUser](outcome.dead), set(draft.bodiless)
    users = {user.index: user for user in draft.page.users}
    for number in sorted(numbers):
        if number < len(outcome.events):
            event = outcome.events[number]
            size = size_alone(batch.records[number])
            events.append(number)
            detail = f"{size} bytes are more than {draft.stream.topic} takes"
            dead.append(DeadUser(raw_user(users[event.index]), TOO_LARGE, detail))
        elif number < len(outcome.events) + len(outcome.dead):
            index = outcome.dead[number - len(outcome.events)].index
            if index in bodiless:
                raise _refused(batch, number)
            bodiless.add(index)
        else:
            raise _refused(batch, number)
    left = tuple(event for number, event in enumerate(outcome.events) if number not in events)
    changed = Transformed(left, tuple(sorted(dead, key=lambda one: one.index)))
    return build_batch(replace(draft, outcome=changed, bodiless=frozenset(bodiless)))


def _above(batch: Batch, number: int, limits: Mapping[str, int]) -> bool:
    record = batch.records[number]
    return record.topic in limits and size_alone(record) > limits[record.topic]


def _smallest(batch: Batch, numbers: Collection[int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number in numbers:
        record = batch.records[number]
        size = size_alone(record)
        found[record.topic] = min(found.get(record.topic, size), size)
    return found


def _refused(batch: Batch, number: int) -> TopicRefused:
    record = batch.records[number]
    return TopicRefused(
        f"Topic {record.topic} does not take a record of {size_alone(record)} bytes, which can't be smaller.",
        allowed="a topic whose max.message.bytes admits it; 1048588 is Kafka's default.",
        remedy=f"raise max.message.bytes of {record.topic} and run again: nothing of page {batch.page} is published.",
    )
