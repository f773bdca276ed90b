"""From judged blocks to stored objects."""

from waybill_delivery.objects.assemble import ObjectPart, dead_letter_part, parts_by_folder
from waybill_delivery.objects.kinds import LETTERS, ObjectKind, rows_of
from waybill_delivery.objects.placing import Folders
from waybill_delivery.objects.reporting import report
from waybill_delivery.objects.spooled import spooled_dead_letters, spooled_parts
from waybill_delivery.objects.stored_letters import letters_of_object
from waybill_delivery.objects.storing import StoredPart, adopt, store_object
from waybill_delivery.objects.unnamed_files import unnamed_file

# fmt: off
__all__ = [
    "LETTERS", "Folders", "ObjectKind", "ObjectPart", "StoredPart", "adopt", "dead_letter_part", "letters_of_object",
    "parts_by_folder", "report", "rows_of", "spooled_dead_letters", "spooled_parts", "store_object", "unnamed_file",
]
