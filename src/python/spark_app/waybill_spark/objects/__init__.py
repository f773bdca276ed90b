"""From judged blocks to stored objects."""

from __future__ import annotations

from waybill_spark.objects.assemble import ObjectPart
from waybill_spark.objects.assemble import dead_letter_part
from waybill_spark.objects.assemble import parts_by_date
from waybill_spark.objects.reporting import report
from waybill_spark.objects.storing import PlacedObject
from waybill_spark.objects.storing import adopt
from waybill_spark.objects.storing import place

__all__ = ["ObjectPart", "PlacedObject", "adopt", "dead_letter_part", "parts_by_date", "place", "report"]
