"""From judged blocks to stored objects."""

from waybill_delivery.objects.assemble import dead_letter_part, parts_by_date
from waybill_delivery.objects.reporting import report
from waybill_delivery.objects.storing import StoredPart, adopt, store_object

__all__ = ["StoredPart", "adopt", "dead_letter_part", "parts_by_date", "report", "store_object"]
