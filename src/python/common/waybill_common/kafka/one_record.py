"""One record by itself, outside of any transaction."""

from __future__ import annotations

from confluent_kafka import KafkaError, KafkaException, Message

from waybill_common.kafka.client_config import Value, librdkafka_config
from waybill_common.kafka.client_errors import failure
from waybill_common.kafka.clients import open_writer
from waybill_common.settings import KafkaSettings


def write_record(settings: KafkaSettings, topic: str, key: bytes, value: bytes, client_id: str) -> None:
    """Every in-sync replica has it on return. Raises ``KafkaUnavailable`` and ``KafkaRefused``."""
    fixed: dict[str, Value] = {
        "client.id": client_id,
        "acks": "all",
        "allow.auto.create.topics": False,
        "message.timeout.ms": int(settings.timeout * 1000),
    }
    producer = open_writer(settings, librdkafka_config(settings, fixed))
    failed: list[KafkaError] = []

    def report(error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            failed.append(error)

    doing = f"writing to {topic}"
    try:
        producer.produce(topic, value, key, on_delivery=report)
        waiting = producer.flush(settings.timeout + 1)
    except KafkaException as error:
        raise failure(settings, doing, error, producer.told, topic=topic) from error
    if failed or waiting:
        raise failure(settings, doing, failed[0] if failed else "no answer", producer.told, topic=topic)
