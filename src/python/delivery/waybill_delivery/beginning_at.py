"""Where a dataset of somebody else's topic begins: ``start``, until a first manifest has said what it came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from waybill_common.errors import SettingsRefused
from waybill_common.kafka import TopicState, offsets_at
from waybill_common.ledger import Frontier, Manifest, begun_otherwise, origin_of, shown_offsets, shown_start
from waybill_common.settings import KafkaSettings, Settings
from waybill_common.stream_start import Start
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.targets import next_targets


@dataclass(frozen=True)
class BeginningAt:
    """``is_said`` by somebody; else it is what is meant where nothing is said."""

    kafka: KafkaSettings
    start: Start
    is_said: bool

    def origin(self, topic: TopicState) -> Frontier:
        """Each partition's first offset, of this very state of the topic. Raises ``SettingsRefused``."""
        return origin_of(self.start, topic, self._at(topic))

    def tell_if_begun_otherwise(self, first: Manifest, topic: Callable[[], TopicState]) -> None:
        """A dataset goes on from its first manifest, whatever is said now; who says otherwise is told so."""
        if self.is_said and (found := self.said_otherwise(first, topic())):
            structlog.get_logger().warning(
                "dataset_began_elsewhere",
                found=found,
                next="the run goes on from there: stream.start counts for a dataset without a commit",
            )

    def said_otherwise(self, first: Manifest, topic: TopicState) -> str | None:
        """What to say where the dataset has begun elsewhere than ``start`` says."""
        if not begun_otherwise(self.start, first, topic, self._at(topic)):
            return None
        return (
            f"stream.start is {shown_start(self.start)}, and the dataset begins at {shown_offsets(first.before)}, as "
            "its first commit says"
        )

    def _at(self, topic: TopicState) -> Frontier:
        return offsets_at(self.kafka, topic, self.start) if isinstance(self.start, datetime) else {}


def beginning_at(settings: Settings) -> BeginningAt | None:
    """None for a topic that a source of ours fills: its datasets begin at 0. Raises ``SettingsRefused`` where such a
    one is to begin elsewhere."""
    start = settings.stream.start
    if not settings.stream.is_filled:
        return BeginningAt(settings.kafka, "earliest" if start is None else start, start is not None)
    if start is not None:
        raise SettingsRefused(
            f"stream.start is {shown_start(start)}, and the topic of {settings.stream.name} is filled by Waybill.",
            allowed="no stream.start: such a stream begins at offset 0, so that none of its records is passed over.",
            remedy="remove stream.start; for some of the records run `waybill backfill`. Nothing was written.",
        )
    return None


def begin_dataset(delivery: DeliveryLoop, most: int, should_stop: Callable[[], bool]) -> None:
    """The first commit of a dataset that has none yet and whose origin is not 0 by itself; empty where nothing is to be
    moved. It is made whatever asks this run to stop: who ends well has said where the dataset begins, or the next run
    would begin it anew, and pass over what came meanwhile.
    """
    position = delivery.position
    if delivery.origin_at is None or position.number > 0 or position.open is not None:
        return
    topic = delivery.look()
    targets = {} if should_stop() else next_targets(delivery.origin_at(topic), topic.log_ends, most)
    delivery.reach(targets, lambda: delivery.position.number > 0)
