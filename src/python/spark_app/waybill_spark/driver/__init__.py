"""The driver: Spark plans, tasks carry."""

from waybill_delivery.backfilling import Backfill
from waybill_spark.driver.driver_run import run
from waybill_spark.driver.streams_in_session import run_several

__all__ = ["Backfill", "run", "run_several"]
