"""A producer as a process of its own, so that it can be killed: what it is told, what it does, what it says.

On stdout is one JSON object a line: ``{"committed": {event: [partition, offset]}}`` after each transaction, and
``{"held": event}`` when it stands still after a record, where it is to be killed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from confluent_kafka import Producer

from waybill_common.errors import TopicRefused
from waybill_common.kafka import describe_topic
from waybill_common.settings import Settings
from waybill_common.terminal import say_json
from waybill_ops.prove.fault_plan import Transaction
from waybill_ops.prove.programs import this_program
from waybill_ops.prove.sender import Place, Sender

_HOLD_SECONDS = 60.0

PRODUCER_SETTINGS = ("stream", "kafka")


@dataclass(frozen=True)
class SendTask:
    """Transactions to send; after event ``hold`` it stands still, with all records so far at the brokers."""

    seed: int
    transactions: tuple[Transaction, ...]
    hold: int

    def as_text(self) -> str:
        sent = [[one.number, one.first, one.last, one.aborted] for one in self.transactions]
        return json.dumps({"seed": self.seed, "transactions": sent, "hold": self.hold})


def parse_send_task(text: str) -> SendTask:
    told = json.loads(text)
    return SendTask(told["seed"], tuple(Transaction(*one) for one in told["transactions"]), told["hold"])


def child_command(task: SendTask) -> tuple[str, ...]:
    """Topic and brokers come from its variables."""
    return this_program("prove", "--send", task.as_text())


def run_child(settings: Settings, task: SendTask) -> None:
    """Raises as ``Sender.send`` does, and ``TopicRefused``."""
    topic = describe_topic(settings.kafka, settings.stream.topic)
    if topic is None:
        raise TopicRefused(
            f"Topic {settings.stream.topic} does not exist.",
            allowed="the topic that `waybill prove` made.",
            remedy="leave --send to it.",
        )

    def after(producer: Producer, number: int) -> None:
        if number == task.hold:
            producer.flush(settings.kafka.timeout)
            _say(held=number)
            time.sleep(_HOLD_SECONDS)

    def done(places: Mapping[int, Place]) -> None:
        _say(committed=places)

    Sender(settings.kafka, topic, task.seed, after=after, committed=done).send(task.transactions)


def held(lines: Sequence[str]) -> bool:
    return any(True for _ in _said(lines, "held"))


def committed(lines: Sequence[str]) -> dict[int, Place]:
    """The coordinates of all events that the child was told are committed."""
    return {
        int(number): (partition, offset)
        for places in _said(lines, "committed")
        for number, (partition, offset) in places.items()
    }


def _say(**what: object) -> None:
    say_json(what)


def _said(lines: Sequence[str], key: str) -> Iterator[Any]:
    return (told[key] for line in lines if key in (told := json.loads(line)))
