"""Where a partition begins, asked of a cluster whose leaders move."""

from __future__ import annotations

import time
from contextlib import suppress

from confluent_kafka import KafkaException, TopicPartition

from waybill_common.kafka.client_errors import failure, leads_soon, raise_if_refused
from waybill_common.kafka.clients import Reader
from waybill_common.settings import KafkaSettings

_ASK_SECONDS = 3.0
_PAUSE_SECONDS = 0.05


def log_start(consumer: Reader, kafka: KafkaSettings, topic: str, partition: int) -> int:
    """The first offset that the partition still has; asked anew for ``kafka.timeout`` while its leader moves."""
    here, doing = TopicPartition(topic, partition), f"reading {topic} partition {partition}"
    deadline = time.monotonic() + kafka.timeout
    while True:
        try:
            return int(consumer.get_watermark_offsets(here, timeout=min(_ASK_SECONDS, kafka.timeout))[0])
        except KafkaException as error:
            if time.monotonic() > deadline or not leads_soon(error.args[0]):
                raise failure(kafka, doing, error, consumer.told, topic=topic) from error
        if not consumer.assignment():
            consumer.poll(0)  # brings no record then, only what the client was told
        raise_if_refused(kafka, doing, consumer.told)
        _look_for_leaders(consumer, topic)


def _look_for_leaders(consumer: Reader, topic: str) -> None:
    """librdkafka goes on asking a leader that was killed: only new metadata tells it who leads now."""
    time.sleep(_PAUSE_SECONDS)
    with suppress(KafkaException):  # nobody answered; the caller's next question says so too
        consumer.list_topics(topic, timeout=_ASK_SECONDS)
