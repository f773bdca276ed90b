"""Streaming a topic, read_committed."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException, Message, TopicPartition

from waybill_common.errors import WaybillError
from waybill_common.kafka import (
    failure,
    leads_soon,
    librdkafka_config,
    may_pass,
    open_reader,
    raise_if_refused,
)
from waybill_common.settings import KafkaSettings

FETCH = 20_000
POLL_SECONDS = 0.5
PAUSE_SECONDS = 0.1
QUESTION_SECONDS = 3.0
"""librdkafka may go on asking a leader that was killed, so a question has no more."""


@dataclass(frozen=True)
class PartitionBounds:
    """A partition's log start and last stable offset."""

    start: int
    end: int


class LogReader:
    """One consumer over one topic. ``close`` it."""

    def __init__(self, settings: KafkaSettings, topic: str, isolation: str = "read_committed") -> None:
        self._settings = settings
        self._topic = topic
        self._consumer = open_reader(
            librdkafka_config(
                settings,
                {
                    "group.id": "waybill-verify",
                    "isolation.level": isolation,
                    "auto.offset.reset": "error",
                    "enable.partition.eof": True,
                },
            )
        )

    def close(self) -> None:
        self._consumer.close()

    def bounds(self, partitions: Sequence[int]) -> dict[int, PartitionBounds]:
        """Raises ``KafkaUnavailable`` and ``KafkaRefused``."""
        return {p: PartitionBounds(*self._watermarks(p)) for p in partitions}

    def holds_records(self, spans: Mapping[int, tuple[int, int]]) -> bool:
        """Whether there is any record in ``spans``, and not only what transactions left; raises as ``read`` does."""
        found: list[int] = []
        self.read(spans, lambda messages: found.append(len(messages)), lambda: any(found))
        return any(found)

    def read(
        self,
        spans: Mapping[int, tuple[int, int]],
        sink: Callable[[Sequence[Message]], None],
        enough: Callable[[], bool] = lambda: False,
    ) -> None:
        """Hands every record of ``spans`` (start, end by partition) to ``sink``, in batches, until it is ``enough``.

        Where retention deletes records meanwhile, reading goes on at the new log start: the caller asks for that
        again afterwards and judges only what lies beyond it. Raises ``KafkaUnavailable`` after ``kafka.timeout``
        seconds without progress.
        """
        at = {p: start for p, (start, end) in spans.items() if start < end}
        self._consumer.assign([TopicPartition(self._topic, p, start) for p, start in at.items()])
        moved = time.monotonic()
        while at and not enough():
            messages = self._consumer.consume(FETCH, POLL_SECONDS)
            sink([m for m in messages if m.error() is None and _offset(m) < spans[_partition(m)][1]])
            reached = dict(at)
            for message in messages:
                p = _partition(message)
                reached[p] = max(reached.get(p, 0), self._offset_after(message, reached.get(p, 0)))
            for known in self._consumer.position([TopicPartition(self._topic, p) for p in at]):
                reached[known.partition] = max(reached[known.partition], known.offset)
            if any(reached[p] > at[p] for p in at):
                moved = time.monotonic()
            elif time.monotonic() - moved > self._settings.timeout:
                raise self._failure(f"no progress at {at}")
            else:
                raise_if_refused(self._settings, self._doing, self._consumer.told)
            done = [p for p in at if reached[p] >= spans[p][1]]
            at = {p: reached[p] for p in at if p not in done}
            if done:
                self._consumer.incremental_unassign([TopicPartition(self._topic, p) for p in done])

    def _offset_after(self, message: Message, reached: int) -> int:
        error = message.error()
        if error is None:
            return _offset(message) + 1
        if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001  # its public name begins with an underscore
            return _offset(message)
        if error.code() in (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE):  # noqa: SLF001
            partition = _partition(message)
            start = max(self._watermarks(partition)[0], reached)
            self._consumer.incremental_unassign([TopicPartition(self._topic, partition)])
            self._consumer.incremental_assign([TopicPartition(self._topic, partition, start)])
            return start
        if may_pass(error):
            return 0
        raise self._failure(error)

    def _watermarks(self, partition: int) -> tuple[int, int]:
        """Asked anew for ``kafka.timeout`` while the partition's leader moves."""
        here, deadline = TopicPartition(self._topic, partition), time.monotonic() + self._settings.timeout
        seconds = min(QUESTION_SECONDS, self._settings.timeout)
        while True:
            try:
                low, high = self._consumer.get_watermark_offsets(here, timeout=seconds)
            except KafkaException as error:
                if time.monotonic() > deadline or not leads_soon(error.args[0]):
                    raise self._failure(error) from error
            else:
                return int(low), int(high)
            if not self._consumer.assignment():
                self._consumer.poll(0)  # brings no record then, only why nobody answers
            raise_if_refused(self._settings, self._doing, self._consumer.told)
            time.sleep(PAUSE_SECONDS)
            with contextlib.suppress(
                KafkaException
            ):  # who leads now; the next question says if nobody answered
                self._consumer.list_topics(self._topic, timeout=seconds)

    @property
    def _doing(self) -> str:
        return f"reading {self._topic}"

    def _failure(self, why: KafkaError | KafkaException | str) -> WaybillError:
        return failure(self._settings, self._doing, why, self._consumer.told, topic=self._topic)


def _partition(message: Message) -> int:
    """Typed as optional, since a message that is still to be sent has none."""
    return int(message.partition() or 0)


def _offset(message: Message) -> int:
    return int(message.offset() or 0)
