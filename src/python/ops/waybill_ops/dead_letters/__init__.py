"""Dead letters as the lake keeps them: found through receipts, filtered, shown, exported."""

from waybill_ops.dead_letters.dead_letter import DeadLetterState, KeptDeadLetter, RecordCoordinates
from waybill_ops.dead_letters.export import export_dead_letters
from waybill_ops.dead_letters.filter_flags import (
    MOST_SHOWN,
    add_filters,
    add_redriven,
    home_asked,
    partition_and_offset,
    selection_of,
)
from waybill_ops.dead_letters.finding import DeadLetterFinder, open_dead_letters
from waybill_ops.dead_letters.listing import (
    Stated,
    brief,
    list_dead_letters,
    listing_as_json,
    print_listing,
    readable,
    stated,
    whole,
)
from waybill_ops.dead_letters.moment import format_micros, format_millis
from waybill_ops.dead_letters.recorded import (
    MARK,
    MARK_KEY,
    SOURCE_KEY,
    Statuses,
    is_of_redriven,
    read_recorded,
    read_statuses,
    source_mark,
)
from waybill_ops.dead_letters.redrive_status import (
    AnyStatus,
    LetterKey,
    RedriveStatus,
    Successor,
    state_of,
)
from waybill_ops.dead_letters.selection import Selection

# fmt: off
__all__ = [
    "MARK", "MARK_KEY", "MOST_SHOWN", "SOURCE_KEY", "AnyStatus", "DeadLetterFinder", "DeadLetterState",
    "KeptDeadLetter", "LetterKey", "RecordCoordinates", "RedriveStatus", "Selection", "Stated", "Statuses", "Successor",
    "add_filters", "add_redriven", "brief", "export_dead_letters", "format_micros", "format_millis", "home_asked",
    "is_of_redriven", "list_dead_letters", "listing_as_json", "open_dead_letters", "partition_and_offset",
    "print_listing", "read_recorded", "read_statuses", "readable", "selection_of", "source_mark", "state_of", "stated",
    "whole",
]
