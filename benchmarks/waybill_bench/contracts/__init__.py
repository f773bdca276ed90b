"""Contracts of others: JSON that no producer of Waybill's has spelled, nested JSON, Avro, and the judge alone.

``orders`` and ``avro_orders`` make the records · ``plan`` what is delivered by whom · ``judging`` times the judge ·
``bench`` all of it
"""

from waybill_bench.contracts.bench import contracts

__all__ = ["contracts"]
