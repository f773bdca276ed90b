"""Events at a steady pace, each stamped when it is sent: a program of its own, so that nobody here slows it down."""

from __future__ import annotations

import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice

from confluent_kafka import KafkaError, Message, Producer

from waybill_bench.events import Recipe, values
from waybill_common.contract.instant import format_instant
from waybill_common.terminal import say_json

TICK_SECONDS = 0.005
_SETTLE_SECONDS = 30.0
_STAMP = len(format_instant(datetime.now(UTC))) + len('"}')
"""How many bytes of a value hold its stamp, which comes last."""


def stamped(value: bytes, moment: datetime) -> bytes:
    """The value with another ``produced_at``."""
    return value[:-_STAMP] + format_instant(moment).encode() + b'"}'


def due(elapsed: float, rate: float, total: int) -> int:
    """How many events are to be sent ``elapsed`` seconds after the first one."""
    return min(total, int(elapsed * rate) + 1)


class Sender:
    """Sends at a pace, once, and keeps count. Its records are in no transaction: readable once they are stored."""

    def __init__(self, bootstrap_servers: str, topic: str) -> None:
        self._topic = topic
        self._producer = Producer({"bootstrap.servers": bootstrap_servers, "acks": "all", "linger.ms": 5})
        self.sent = 0
        self.acknowledged = 0
        self.failed: list[str] = []

    def delivery_status(self, error: KafkaError | None, _message: Message) -> None:
        if error is None:
            self.acknowledged += 1
        else:
            self.failed.append(error.str())

    def send(self, seed: int, rate: float, seconds: float, asked_to_stop: Callable[[], bool]) -> None:
        """Does not wait for acknowledgements: call ``settle`` for that."""
        total = int(rate * seconds)
        made = values(Recipe(seed=seed), total)
        began = time.monotonic()
        while self.sent < total and not asked_to_stop():
            for value in islice(made, due(time.monotonic() - began, rate, total) - self.sent):
                moment = datetime.now(UTC)
                self._producer.produce(
                    self._topic, stamped(value, moment), value[7:43], on_delivery=self.delivery_status
                )
                self.sent += 1
            self._producer.poll(TICK_SECONDS)

    def settle(self) -> None:
        self._producer.flush(_SETTLE_SECONDS)


def main(argv: Sequence[str] | None = None) -> int:
    """Send until the time is over or SIGTERM comes; print what was sent, and when, as JSON."""
    parser = ArgumentParser(prog="pace", description=__doc__)
    parser.add_argument("bootstrap_servers")
    parser.add_argument("topic")
    parser.add_argument("seed", type=int, help="of the events' ids")
    parser.add_argument("rate", type=float, help="events a second")
    parser.add_argument("seconds", type=float)
    flags = parser.parse_args(argv)
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    sender = Sender(flags.bootstrap_servers, flags.topic)
    began = time.time()
    sender.send(flags.seed, flags.rate, flags.seconds, lambda: bool(stopped))
    ended = time.time()
    sender.settle()
    told = {
        "began": began,
        "ended": ended,
        "sent": sender.sent,
        "acknowledged": sender.acknowledged,
        "failed": sender.failed[:3],
    }
    say_json(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
