"""A real Spark standalone cluster: a master and workers, whose executors are their children."""

from waybill_sandbox.spark.cluster import SparkCluster
from waybill_sandbox.spark.plan import Installation

__all__ = ["Installation", "SparkCluster"]
