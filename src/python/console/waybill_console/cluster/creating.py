"""Making a topic: what a form says, and what the brokers say to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from waybill_common.errors import KafkaRefused, TopicRefused
from waybill_common.kafka import NO_RIGHT, ask, await_topic, failure
from waybill_common.settings import KafkaSettings

DAY = 86_400_000
RETENTIONS = {
    "": "as the brokers have it",
    str(DAY): "1 day",
    str(7 * DAY): "7 days",
    str(30 * DAY): "30 days",
    "-1": "for ever",
}
_LARGEST = {"partitions": 10_000, "replication": 100, "min_insync": 100}


@dataclass(frozen=True)
class TopicWish:
    """A topic as a form asks for it."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str]


def wish_of(form: Mapping[str, str]) -> TopicWish | dict[str, str]:
    """The wish, or what is wrong by field. Whatever only the brokers can judge is left to them."""
    wrong = {}
    numbers = {}
    for field, largest in _LARGEST.items():
        text = form.get(field, "").strip()
        if field == "min_insync" and not text:
            continue
        if not re.fullmatch("[0-9]{1,9}", text) or not 1 <= int(text) <= largest:
            wrong[field] = f"a whole number from 1 to {largest:,}"
        else:
            numbers[field] = int(text)
    name = form.get("name", "").strip()
    if not name:
        wrong["name"] = "a name: letters, digits, '.', '_' and '-'"
    retention = form.get("retention", "").strip()
    if retention and not re.fullmatch("-1|[0-9]{1,15}", retention):
        wrong["retention"] = "milliseconds, or -1 for ever"
    if wrong:
        return wrong
    config = {"retention.ms": retention} if retention else {}
    if "min_insync" in numbers:
        config["min.insync.replicas"] = str(numbers["min_insync"])
    return TopicWish(name, numbers["partitions"], numbers["replication"], config)


def create_topic(settings: KafkaSettings, wish: TopicWish) -> None:
    """Create it, and wait until a broker knows it, as the next page shows it.

    Raises ``TopicRefused`` with the brokers' own reason, ``KafkaUnavailable`` and ``KafkaRefused``.
    """
    wanted = NewTopic(
        wish.name,
        num_partitions=wish.partitions,
        replication_factor=wish.replication,
        config=dict(wish.config),
    )

    def question(admin: AdminClient, seconds: float) -> dict[str, Future[Any]]:
        found: dict[str, Future[Any]] = admin.create_topics(
            [wanted], operation_timeout=seconds, request_timeout=seconds
        )
        return found

    doing = f"creating topic {wish.name}"
    try:
        ask(settings, question, doing)
    except KafkaException as error:
        if error.args[0].code() in NO_RIGHT:
            raise failure(settings, doing, error, topic=wish.name) from error
        raise TopicRefused(
            error.args[0].str(),
            allowed="what the cluster's brokers and policies admit.",
            remedy="change what the brokers name, and send the form again.",
        ) from error
    except (TypeError, ValueError) as error:
        raise TopicRefused(
            f"The client does not take it: {error}.",
            allowed="a name and numbers that Kafka knows.",
            remedy="correct the form.",
        ) from error
    with suppress(KafkaRefused):  # whoever may create a topic may not always see it
        await_topic(settings, wish.name)
