"""A real Spark standalone cluster: a master and workers, whose executors are their children."""

from waybill_sandbox.spark.spark_cluster import SparkCluster
from waybill_sandbox.spark.spark_plan import Installation

__all__ = ["Installation", "SparkCluster"]
