"""From a topic in Kafka to Parquet: Waybill beside what a user would pick instead, on the same topics, in turns.

``plan`` what is delivered by whom · ``subjects`` what the records are · ``cases`` and ``bench`` the turns · ``waybill``
``script`` ``flink`` ``spark_file`` ``spark_delta`` ``connect_iceberg`` the contenders · ``flink_sql`` ``stock``
``iceberg`` what they need · ``program`` running one from outside · ``lake`` reading back what it wrote · ``appearing``
when its files could be read · ``steady`` the numbers · ``contenders/`` their programs and configuration
"""

from waybill_bench.sink.bench import deliveries, sink, sink_by_hand, sink_large

__all__ = ["deliveries", "sink", "sink_by_hand", "sink_large"]
