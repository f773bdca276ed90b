"""Consuming offsets for one page: what comes is cut and judged at once, and records, bytes and time are bounded."""

from __future__ import annotations

import time

from confluent_kafka import KafkaError, Message, TopicPartition

from waybill_common.kafka import Reader, Value, failure, librdkafka_config, may_pass, refusal
from waybill_common.settings import KafkaSettings
from waybill_console.messages.asked import Spans
from waybill_console.messages.decoding import Judge
from waybill_console.messages.kafka_record import ShownRecord, as_bytes, record_of

_SECONDS = 2.5
_MOST_BYTES = 32 * 1024 * 1024
_GONE = (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE)  # noqa: SLF001  # librdkafka's own codes are public


class SpanReader:
    """The reads of one page; of a value ``most`` bytes are kept. ``why`` says why a read ended before its spans did."""

    def __init__(
        self, consumer: Reader, settings: KafkaSettings, topic: str, judge: Judge | None, most: int
    ) -> None:
        self._consumer = consumer
        self._settings = settings
        self._topic = topic
        self._judge = judge
        self._most = most
        self._deadline = time.monotonic() + _SECONDS
        self._bytes = _MOST_BYTES
        self._answered = False
        self.why = ""

    def __call__(self, spans: Spans, limit: int) -> list[ShownRecord]:
        """Raises ``KafkaUnavailable`` and ``KafkaRefused`` where no broker answers."""
        topic, at, found = self._topic, {p: start for p, (start, _) in spans.items()}, []
        self._consumer.assign([TopicPartition(topic, p, start) for p, start in at.items()])
        counts = dict.fromkeys(spans, 0)
        while at and not self.why:
            for message in self._consumer.consume(100, 0.1):
                p, reached = int(message.partition() or 0), self._reached(message)
                if p not in at:
                    continue
                if message.error() is None and int(message.offset() or 0) < spans[p][1] and counts[p] < limit:
                    found.append(self._record(message))
                    counts[p] += 1
                at[p] = max(at[p], reached)
            for known in self._consumer.position([TopicPartition(topic, p) for p in at]):
                at[known.partition] = max(at[known.partition], known.offset)
            at = {p: o for p, o in at.items() if o < spans[p][1] and counts[p] < limit}
            self._check_time()
        return found

    def _record(self, message: Message) -> ShownRecord:
        self._bytes -= len(as_bytes(message.value()) or b"")
        if self._bytes < 0:
            self.why = f"records of more than {_MOST_BYTES // 2**20} MiB"
        return record_of(message, self._most, self._judge)

    def _reached(self, message: Message) -> int:
        """The next offset that can be there."""
        error, offset = message.error(), int(message.offset() or 0)
        if error is None or error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001
            self._answered = True
            return offset + (error is None)
        if error.code() in _GONE:
            self._answered = True
            return 2**63 - 1  # retention took it: there is nothing to wait for
        if may_pass(error):
            return 0
        raise failure(self._settings, self._doing, error, self._consumer.told, topic=self._topic)

    def _check_time(self) -> None:
        if time.monotonic() < self._deadline:
            return
        refused = refusal(self._settings, self._doing, self._consumer.told)
        if refused is not None:
            raise refused
        if not self._answered:
            raise failure(self._settings, self._doing, "nothing came", self._consumer.told)
        self.why = f"what came within {_SECONDS:g} s"

    @property
    def _doing(self) -> str:
        return f"reading {self._topic}"


def reader_config(settings: KafkaSettings) -> dict[str, Value]:
    """Small queues: a page shows a handful of records, whatever the topic holds."""
    return librdkafka_config(
        settings,
        {
            "group.id": "waybill-console",
            "isolation.level": "read_committed",
            "auto.offset.reset": "error",
            "enable.partition.eof": True,
            "fetch.wait.max.ms": 20,
            "queued.min.messages": 50,
            "queued.max.messages.kbytes": 8192,
        },
    )
