"""From judged blocks to stored objects."""

from __future__ import annotations

from waybill_spark.objects.account import report
from waybill_spark.objects.assemble import Part
from waybill_spark.objects.assemble import dead_letter_part
from waybill_spark.objects.assemble import parts_by_date
from waybill_spark.objects.place import Stored
from waybill_spark.objects.place import adopt
from waybill_spark.objects.place import place

__all__ = ["Part", "Stored", "adopt", "dead_letter_part", "parts_by_date", "place", "report"]
