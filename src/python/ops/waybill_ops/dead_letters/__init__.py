"""Dead letters as the lake keeps them: found through receipts, filtered, shown, exported."""

from waybill_ops.dead_letters.dead_letter import DeadLetterState
from waybill_ops.dead_letters.dead_letter import KeptDeadLetter
from waybill_ops.dead_letters.dead_letter import RecordCoordinates
from waybill_ops.dead_letters.export import export_dead_letters
from waybill_ops.dead_letters.filter_flags import MOST_SHOWN
from waybill_ops.dead_letters.filter_flags import add_filters
from waybill_ops.dead_letters.filter_flags import partition_and_offset
from waybill_ops.dead_letters.filter_flags import selection_of
from waybill_ops.dead_letters.finding import DeadLetterFinder
from waybill_ops.dead_letters.finding import open_dead_letters
from waybill_ops.dead_letters.listing import Stated
from waybill_ops.dead_letters.listing import brief
from waybill_ops.dead_letters.listing import list_dead_letters
from waybill_ops.dead_letters.listing import listing_as_json
from waybill_ops.dead_letters.listing import print_listing
from waybill_ops.dead_letters.listing import readable
from waybill_ops.dead_letters.listing import stated
from waybill_ops.dead_letters.listing import whole
from waybill_ops.dead_letters.moment import format_micros
from waybill_ops.dead_letters.redrive_status import RedriveStatus
from waybill_ops.dead_letters.redrive_status import Successor
from waybill_ops.dead_letters.redrive_status import read_statuses
from waybill_ops.dead_letters.redrive_status import state_of
from waybill_ops.dead_letters.selection import Selection

# fmt: off
__all__ = [
    "MOST_SHOWN", "DeadLetterFinder", "DeadLetterState", "KeptDeadLetter", "RecordCoordinates",
    "RedriveStatus", "Selection", "Stated", "Successor", "add_filters", "brief", "export_dead_letters",
    "format_micros", "list_dead_letters", "listing_as_json", "open_dead_letters", "partition_and_offset",
    "print_listing", "read_statuses", "readable", "selection_of", "state_of", "stated", "whole",
]
