"""Workers that are ready when the first task comes: they start while Spark plans its first micro-batch."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from waybill_common.contract import BoundContract
from waybill_common.errors import WaybillError
from waybill_common.settings import KafkaSettings
from waybill_delivery.splits import make_ready
from waybill_spark.driver.spark_errors import SPARK_ERRORS

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def warm_workers(
    spark: SparkSession, kafka: KafkaSettings, contract: BoundContract, split_bytes: int
) -> None:
    """Have a worker for each core import, connect and compile what its first split needs; nobody waits for it."""
    context = spark.sparkContext
    cores = range(context.defaultParallelism)

    def warm(_: int) -> None:
        with suppress(WaybillError):  # the task that carries a split meets it again, and tells
            make_ready(kafka, contract, split_bytes)

    def run() -> None:
        with suppress(*SPARK_ERRORS):  # likewise; or the run has ended meanwhile
            context.parallelize(cores, len(cores)).foreach(warm)

    threading.Thread(target=run, name="warming", daemon=True).start()
