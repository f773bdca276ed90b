"""Handing a manifest's splits to Spark's executors, and their reports back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa
from confluent_kafka import Consumer

from waybill_common.contract import Contract
from waybill_common.errors import WaybillError
from waybill_common.errors import exit_codes
from waybill_common.kafka import Value
from waybill_common.kafka import librdkafka_config
from waybill_common.ledger import SplitReport
from waybill_spark.events import Decoder
from waybill_spark.events.consume import split_consumer
from waybill_spark.task import Errand
from waybill_spark.task import deliver_split

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def spread(spark: SparkSession, errand: Errand) -> list[SplitReport]:
    """One task for each split; raises the first error that a task reported."""
    splits = len(errand.manifest.splits)

    def carry(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            replies = [_reply(errand, index) for index in batch.column(0).to_pylist()]
            yield pa.RecordBatch.from_arrays([pa.array(replies, pa.string())], names=["reply"])

    rows = spark.range(0, splits, 1, numPartitions=splits).mapInArrow(carry, "reply string").collect()
    return [_report(row.reply) for row in rows]


def _reply(errand: Errand, index: int) -> str:
    """An exception would reach the driver as a text; so errors of ours travel as data and keep their class."""
    split = errand.manifest.splits[index]
    try:
        report = deliver_split(
            errand,
            split,
            _consumer(tuple(librdkafka_config(errand.kafka).items())),
            _decoder(errand.contract),
        )
    except WaybillError as error:
        return json.dumps(
            {"exit_code": error.exit_code, "arguments": [error.found, error.allowed, error.remedy]}
        )
    return report.model_dump_json()


def _report(reply: str) -> SplitReport:
    parsed = json.loads(reply)
    if "exit_code" not in parsed:
        return SplitReport.model_validate(parsed)
    found, allowed, remedy = parsed["arguments"]
    kind = exit_codes().get(parsed["exit_code"], WaybillError)
    raise kind(found, allowed=allowed, remedy=remedy)


@lru_cache(maxsize=4)
def _consumer(connection: tuple[tuple[str, Value], ...]) -> Consumer:
    """Kept between the tasks of a worker process: a new one costs a connection and a round of metadata."""
    return split_consumer(dict(connection))


@lru_cache(maxsize=4)
def _decoder(contract: Contract) -> Decoder:
    return Decoder(contract)
