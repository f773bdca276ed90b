"""The driver: Spark plans, tasks carry."""

from waybill_delivery.backfilling import Backfill
from waybill_spark.driver.driver_run import run

__all__ = ["Backfill", "run"]
