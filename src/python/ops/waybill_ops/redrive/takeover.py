"""How a redrive comes to be the only one that decides by what a topic records, 0.1.0's included.

First a mark that 0.1.0 can't read: a redrive of that release that begins later refuses the topic. Then 0.1.0's
transactional id: one that has read already can commit nothing more. Then this release's own, which belongs to the
topic, since that is what decisions rest on. In another order one of 0.1.0 could begin in between.

Where the stream was given a source after redrives had been recorded elsewhere, that topic is told of it first, so that
who begins later by the old folder refuses, and its transactional id is taken over as 0.1.0's is.
"""

from __future__ import annotations

from collections.abc import Sequence

from waybill_common.kafka import (
    Writer,
    begin_producing,
    discard,
    transactional_config,
    transactional_producer,
    write_record,
)
from waybill_common.settings import KafkaSettings
from waybill_ops.dead_letters import MARK, MARK_KEY, SOURCE_KEY, source_mark

ROLE = "redrive"
CLIENT = "waybill-redrive"


def transactional_id(recorded_in: str) -> str:
    """The same for every redrive that records in this topic, so that a newer one fences an older one. No setting."""
    return f"waybill-{recorded_in}"


def tell_of_source(kafka: KafkaSettings, before: str, since: str) -> None:
    """In the topic that redrives were recorded in ``before``. To be done before it is taken over."""
    write_record(kafka, before, SOURCE_KEY, source_mark(since), CLIENT)


def take_over(kafka: KafkaSettings, recorded_in: str, old_ids: Sequence[str], producer: Writer) -> None:
    """``producer`` has this release's own id. What is recorded has to be read after this.

    Raises ``KafkaUnavailable``, ``KafkaRefused`` and ``ProducerFenced``.
    """
    write_record(kafka, recorded_in, MARK_KEY, MARK, CLIENT)
    for one in old_ids:
        old = transactional_producer(kafka, transactional_config(kafka, one, CLIENT))
        begin_producing(old, kafka, ROLE)
        discard(old)
    begin_producing(producer, kafka, ROLE)
