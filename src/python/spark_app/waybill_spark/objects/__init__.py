"""From judged blocks to stored objects."""

from __future__ import annotations

from waybill_spark.objects.assemble import dead_letter_table
from waybill_spark.objects.assemble import tables_by_date
from waybill_spark.objects.place import Stored
from waybill_spark.objects.place import adopt
from waybill_spark.objects.place import place

__all__ = ["Stored", "adopt", "dead_letter_table", "place", "tables_by_date"]
