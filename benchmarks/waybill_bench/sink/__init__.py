"""From a topic in Kafka to Parquet: Waybill beside what a user would pick instead, on the same topics, in turns.

``cases`` what is delivered and when · ``bench`` the turns · ``waybill`` ``spark_file`` ``spark_delta``
``connect_iceberg`` the contenders · ``stock`` and ``iceberg`` what they need · ``program`` running one from outside ·
``lake`` reading back what it wrote · ``steady`` the numbers · ``contenders/`` their programs and configuration
"""

from waybill_bench.sink.bench import sink

__all__ = ["sink"]
