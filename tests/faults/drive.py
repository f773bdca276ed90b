"""A driver without the JVM: ``python -m faults.drive``, the Spark application's own main with Spark taken out.

Everything is the product's but for five functions: the session, the source's frame, the query that calls the sink, the
workers that get ready, and ``distribute_splits``, which here carries the splits in this process, one after the other.
So a driver costs a second, not ten. With WAYBILL_TEST_OF_OTHERS no source of ours fills the topic.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waybill_common.errors import KafkaUnavailable
from waybill_common.kafka import librdkafka_config, topic_state
from waybill_common.settings import KafkaSettings, StreamSettings
from waybill_delivery.events import decoder_of, split_consumer
from waybill_delivery.splits import SplitOutcome
from waybill_delivery.splits.task import deliver_splits
from waybill_delivery.splits.task_context import TaskContext
from waybill_spark import cli
from waybill_spark.driver import driver_run
from waybill_spark.driver.distribute import distribute_splits
from waybill_spark.driver.spark_session import initialize_spark_session
from waybill_spark.driver.streaming import get_streaming_dataframe, initiate_streaming_to_bucket
from waybill_spark.driver.warming import warm_workers

OF_OTHERS = "WAYBILL_TEST_OF_OTHERS"


class NoSession:
    def stop(self) -> None:
        """There is nothing to stop."""


@dataclass(frozen=True)
class Frame:
    """What the query needs of Spark's source."""

    kafka: KafkaSettings
    topic: str

    def ends(self) -> dict[int, int]:
        return dict(topic_state(self.kafka, self.topic).log_ends)


def frame(_session: NoSession, kafka: KafkaSettings, _delivery: object, topic: str, _start: object) -> Frame:
    return Frame(kafka, topic)


class Query:
    """Writes the offset log and calls the sink, as Spark does: once, or for ever."""

    def __init__(
        self, frame: Frame, sink: Callable[[None, int], None], trigger: str, checkpoint: Path
    ) -> None:
        self._frame, self._sink, self._checkpoint = frame, sink, checkpoint
        self._forever = trigger != "available-now"
        self._stopped = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def isActive(self) -> bool:  # noqa: N802  # Spark's name
        return self._thread.is_alive()

    def stop(self) -> None:
        self._stopped.set()

    def exception(self) -> BaseException | None:
        return self._error

    def _run(self) -> None:
        offsets = self._checkpoint / "offsets"
        offsets.mkdir(parents=True, exist_ok=True)
        batch = 0
        try:
            while batch == 0 or (self._forever and not self._stopped.wait(0.1)):
                log = json.dumps({self._frame.topic: self._frame.ends()})
                (offsets / str(batch)).write_text(f"v1\n{{}}\n{log}")
                self._sink(None, batch)
                batch += 1
        except KafkaUnavailable as error:  # in the words of Spark's client
            self._error = RuntimeError(f"org.apache.kafka.common.errors.TimeoutException: {error}")
        except BaseException as error:  # noqa: BLE001  # as Spark does: the query fails, the driver asks why
            self._error = error


def carry(_session: NoSession, context: TaskContext, *_settings: object) -> list[SplitOutcome]:
    """One split after the other, with errors of ours raised as they are."""
    consumer = split_consumer(librdkafka_config(context.kafka))
    decoder = decoder_of(context.contract, context.manifest.format)
    try:
        return [deliver_splits(context, [split], consumer, decoder)[0] for split in context.manifest.splits]
    finally:
        consumer.close()


def no_workers(*_: object) -> None:
    """The splits are carried here."""


def main() -> int:
    stand_ins: dict[Callable[..., Any], Any] = {
        initialize_spark_session: NoSession,
        get_streaming_dataframe: frame,
        initiate_streaming_to_bucket: Query,
        distribute_splits: carry,
        warm_workers: no_workers,
    }
    for known, stand_in in stand_ins.items():
        assert getattr(driver_run, known.__name__) is known
        setattr(driver_run, known.__name__, stand_in)
    take_topic_of_others()
    return cli.main()


def take_topic_of_others() -> None:
    """Where WAYBILL_TEST_OF_OTHERS says so."""
    if os.environ.pop(OF_OTHERS, ""):
        StreamSettings.is_filled = property(lambda _: False)  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    sys.exit(main())
