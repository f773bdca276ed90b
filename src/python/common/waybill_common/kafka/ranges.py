"""Reading exactly the offset ranges asked for: every committed record in them, none outside, no silent jump."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import methodcaller
from typing import Any

from confluent_kafka import KafkaError, Message, TopicPartition

from waybill_common.errors import WaybillError
from waybill_common.kafka.client_config import Value
from waybill_common.kafka.client_errors import failure, may_pass, raise_if_refused
from waybill_common.kafka.clients import Reader
from waybill_common.kafka.log_start import log_start
from waybill_common.settings import KafkaSettings

RANGE_READER: Mapping[str, Value] = {
    "isolation.level": "read_committed",
    # With any other value librdkafka skips expired offsets without a word.
    "auto.offset.reset": "error",
    # The end of a partition shows progress past transaction markers and aborted records, which never come.
    "enable.partition.eof": True,
}
"""What ``RangeReader`` rests on."""

Expired = Callable[[int, range], None]
"""Told a partition, and which of its offsets retention took before they were read."""

MOST_AT_ONCE = 10_000
"""Records that are taken at once, and held until their reader asks for more."""

_POLL_SECONDS = 0.05

# librdkafka's own codes are public, in spite of confluent-kafka's underscores.
_END = KafkaError._PARTITION_EOF  # noqa: SLF001
_OUT_OF_RANGE = (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE)  # noqa: SLF001

offset_of = methodcaller("offset")
_partition_of = methodcaller("partition")


@dataclass(frozen=True)
class Stand:
    """Where a consumer was left: of its one partition, every record below ``at`` has come, and those that come next are
    the ones from there on. ``ahead`` has what came from ``begin`` on, where the last range ended.
    """

    partition: int
    begin: int
    at: int
    ahead: Sequence[Message] = ()

    def goes_on_at(self, partition: int, start: int) -> bool:
        """Whether a range that begins there can be read without a jump."""
        return partition == self.partition and self.begin <= start <= self.at


@dataclass
class RangeReader:
    """Reads ranges of ``topic`` with a consumer that is configured as ``RANGE_READER`` says.

    Where the log start overtakes it, ``expired`` is told, and reading goes on at the log start; without ``expired`` it
    ends. ``stalled`` is what the error says where nothing comes any more. ``at_once`` is how many
    records the next list has at most. With ``rests`` nothing is fetched while a list is in use, and what was fetched
    after it is dropped. Both may be changed between two lists.

    Of many partitions ``side_by_side`` are read at once, in the order in which they are given; None: all. ``unread``
    are those whose ranges had not been read whole when the list came.

    With ``stays`` the consumer is left at the end of a range of one partition that was read whole, and ``stand`` says
    where; it goes on fetching. A range that goes on at ``stand`` is read without a jump.
    """

    consumer: Reader
    kafka: KafkaSettings
    topic: str
    doing: str
    expired: Expired | None = None
    stalled: str = "no progress"
    at_once: int = MOST_AT_ONCE
    rests: bool = False
    stays: bool = False
    side_by_side: int | None = None
    stand: Stand | None = None
    unread: Collection[int] = ()
    _last: str = ""

    def read(
        self, ranges: Mapping[int, tuple[int, int]], *, first_only: bool = False
    ) -> Iterator[list[Message]]:
        """The records of each partition's ``[start, end)``, as they come: lists of one partition, in its order.

        A range may end in offsets without a record (transaction markers, aborted records), so it is read when the
        consumer's position has passed its end; with ``first_only``, when its first record came.

        What passes is waited out. Raises ``KafkaUnavailable`` after ``kafka.timeout`` without progress,
        ``KafkaRefused``, and what ``expired`` does.
        """
        at = {p: start for p, (start, end) in ranges.items() if start < end}
        ends = {p: ranges[p][1] for p in at}
        if not at:
            return
        known, self.stand = self._taken_up(at), None
        at, waiting = _parted(at, self.side_by_side or len(at))
        if known is None:
            self.consumer.assign(self._places(at))
        beyond: Sequence[Message] = ()
        calm, rests = True, False
        moved = time.monotonic()
        try:
            while at:
                # consume() waits for all that it is asked for; transaction markers in the range never come.
                left = sum(ends[p] - offset for p, offset in at.items())
                reached = dict(at)
                self.unread = {*at, *waiting}
                if known is None:
                    messages = self.consumer.consume(min(self.at_once, left), _POLL_SECONDS)
                else:
                    reached[known.partition] = known.at
                    messages = [one for one in known.ahead if offset_of(one) >= at[known.partition]]
                    known = None
                troubles = [message for message in messages if message.error() is not None]
                if troubles:
                    messages = [message for message in messages if message.error() is None]
                    calm = calm and all(_is_end(trouble) for trouble in troubles)
                rests = self.rests and bool(messages) and not troubles
                if rests:
                    self.consumer.unassign()
                for p, records in _by_partition(messages, ends):
                    if p in at:
                        inside = bisect_left(records, ends[p], key=offset_of)
                        beyond = records[inside:]
                        if inside:
                            yield records[:inside]
                        reached[p] = max(reached[p], ends[p] if first_only else offset_of(records[-1]) + 1)
                for trouble in troubles:
                    p = next(iter(ends)) if len(ends) == 1 else int(trouble.partition() or 0)
                    so_far = reached.get(p, ends.get(p, 0))
                    reached[p] = max(so_far, self._reached_at(trouble, p, so_far, ends.get(p, 0)))
                for place in self.consumer.position(self._places([] if rests else [*at])):
                    reached[place.partition] = max(reached[place.partition], place.offset)
                if any(reached[p] > offset for p, offset in at.items()):
                    moved, self._last = time.monotonic(), ""
                    self.consumer.told.answered()
                else:
                    self._check_patience(moved, at)
                done = [p for p in at if reached[p] >= ends[p]]
                at = {p: reached[p] for p in at if reached[p] < ends[p]}
                begun, waiting = _parted(waiting, len(done))
                at |= begun
                if rests and at:
                    self.consumer.assign(self._places(at))
                elif done and at:
                    self.consumer.incremental_unassign(self._places(done))
                    if begun:
                        self.consumer.incremental_assign(self._places(begun))
            if self.stays and calm and not rests and not first_only and len(ends) == 1:
                ((p, end),) = ends.items()
                self.stand = Stand(p, end, reached[p], beyond)
        finally:
            if self.stand is None:
                self.consumer.unassign()

    def _taken_up(self, at: Mapping[int, int]) -> Stand | None:
        """Where the consumer stands, if these ranges go on there."""
        fits = len(at) == 1 and self.stand is not None and self.stand.goes_on_at(*next(iter(at.items())))
        return self.stand if fits else None

    def _reached_at(self, trouble: Message, partition: int, reached: int, end: int) -> int:
        """How far an event that is no record says that the reader is; raises what ends the read."""
        error: Any = trouble.error()
        if error.code() in _OUT_OF_RANGE:
            # It may be left over from the range before, so the log is asked.
            low = log_start(self.consumer, self.kafka, self.topic, partition)
            if reached < min(low, end):
                if self.expired is None:
                    raise self._failure(error)
                self.expired(partition, range(reached, min(low, end)))
            if reached < end:
                # librdkafka fetches no more of it, also where a leader said so that is none any more.
                self.consumer.incremental_unassign(self._places([partition]))
                self.consumer.incremental_assign(self._places({partition: max(low, reached)}))
                self._last = error.str()
            return low
        if error.code() == _END:
            return trouble.offset() or 0
        if may_pass(error):
            return reached
        raise self._failure(error)

    def _check_patience(self, moved: float, at: Mapping[int, int]) -> None:
        if time.monotonic() - moved > self.kafka.timeout:
            places = ", ".join(f"partition {p} at offset {offset}" for p, offset in at.items())
            raise self._failure(f"{self._last or self.stalled}: {places}")
        raise_if_refused(self.kafka, self.doing, self.consumer.told)

    def _places(self, offsets: Mapping[int, int] | Iterable[int]) -> list[TopicPartition]:
        if isinstance(offsets, Mapping):
            return [TopicPartition(self.topic, p, offset) for p, offset in offsets.items()]
        return [TopicPartition(self.topic, p) for p in offsets]

    def _failure(self, why: KafkaError | str) -> WaybillError:
        return failure(self.kafka, self.doing, why, self.consumer.told, topic=self.topic)


def _parted(offsets: Mapping[int, int], count: int) -> tuple[dict[int, int], dict[int, int]]:
    """The first ``count``, and the others."""
    items = list(offsets.items())
    return dict(items[:count]), dict(items[count:])


def _is_end(trouble: Message) -> bool:
    error: Any = trouble.error()
    return bool(error.code() == _END)


def _by_partition(messages: list[Message], ends: Mapping[int, int]) -> Iterable[tuple[int, list[Message]]]:
    if len(ends) == 1:
        return [(next(iter(ends)), messages)] if messages else []
    found: dict[int, list[Message]] = {}
    for p, run in groupby(messages, _partition_of):  # a fetch brings long runs of one partition
        found.setdefault(int(p or 0), []).extend(run)
    return found.items()
