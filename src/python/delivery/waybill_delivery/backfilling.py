"""A backfill: one commit that begins a dataset of its own, through the same delivery as everything else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from waybill_common.errors import BackfillRefused
from waybill_common.kafka import TopicState, offsets_at
from waybill_common.ledger import Edge, OffsetRange, check_may_backfill, range_between
from waybill_common.settings import KafkaSettings
from waybill_delivery.loop import DeliveryLoop


@dataclass(frozen=True)
class Backfill:
    """What was asked for: both edges are offsets, or both are times."""

    begin: Edge
    end: Edge


def find_range(kafka: KafkaSettings, topic: TopicState, asked: Backfill) -> OffsetRange:
    """The offsets that are meant. Raises ``BackfillRefused`` and ``KafkaUnavailable``."""
    begin, end = asked.begin, asked.end
    if isinstance(begin, datetime) and isinstance(end, datetime):
        found = offsets_at(kafka, topic, begin)
        for partition, offset in found.items():
            if 0 < topic.log_starts[partition] == offset:
                raise BackfillRefused(
                    f"{topic.name} partition {partition} begins at {offset} now, and has no record before "
                    f"{begin.isoformat()}: whether it lost some that are meant can't be told.",
                    allowed="a time of which Kafka still has every record.",
                    remedy="name a later time, or offsets: they say exactly what is meant.",
                )
        return range_between(found, offsets_at(kafka, topic, end), topic)
    if isinstance(begin, datetime) or isinstance(end, datetime):
        raise BackfillRefused(
            "Of --from and --to one is a time, the other offsets.",
            allowed="two times, or offsets of the same partitions.",
            remedy="correct one of them; nothing was written.",
        )
    return range_between(begin, end, topic)


def deliver_range(delivery: DeliveryLoop, offset_range: OffsetRange) -> None:
    """Deliver ``offset_range`` as the first commit of a dataset; one that is this very backfill is finished, or was.

    Raises ``BackfillRefused`` for any other dataset, also where another driver began one meanwhile, and, once it is
    delivered, ``TooManyDead``.
    """
    journal = delivery.journal
    check_may_backfill(offset_range, delivery.position, journal.first(), journal.lake.address)
    delivery.plan = replace(delivery.plan, origin=offset_range.begin, in_one=True)
    delivery.reach(offset_range.end, lambda: delivery.position.number > 0)
    check_may_backfill(offset_range, delivery.position, journal.first(), journal.lake.address)
    if delivery.position.open is None:
        delivery.recover()  # one more look, by which its dead letters are judged
