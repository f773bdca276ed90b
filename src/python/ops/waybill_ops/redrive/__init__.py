"""Sending dead letters back through the topic, each at most once; read in this order:

``redrive_status``  what is recorded of a dead letter: redriven or waived
``other_readers``   pure: into whose datasets it goes as well
``patch``           the operator's function ``mend``
``patching``        pure: what is to be done with one dead letter
``change``          what one transaction may hold, and how changes are cut into transactions
``session_way``   to which topics, and whether they are the ones that count
``takeover``      how a redrive becomes the only one
``redrive_session`` a producer that has the stream's redrives to itself, and the statuses as it found them
``sending``         the loop: change by change, until nothing is left to do

A change and its status are committed in one Kafka transaction, and every decision rests on statuses that were read
after older redrives were fenced. So a dead letter is sent at most once, however often a redrive is killed or run twice.
"""

from waybill_ops.redrive.change import (
    Change,
    RedriveDeadLetter,
    ReopenDeadLetter,
    WaiveDeadLetter,
    redrive_of,
)
from waybill_ops.redrive.other_readers import check_readers
from waybill_ops.redrive.patch import load_patch
from waybill_ops.redrive.patching import PatchedDeadLetter, PatchVerdict, consider
from waybill_ops.redrive.preview import preview_as_json, preview_of, print_preview
from waybill_ops.redrive.redrive_session import open_session
from waybill_ops.redrive.sending import carry_out
from waybill_ops.redrive.session_way import way_to_record, way_to_send

# fmt: off
__all__ = [
    "Change", "PatchVerdict", "PatchedDeadLetter", "RedriveDeadLetter", "ReopenDeadLetter", "WaiveDeadLetter",
    "carry_out", "check_readers", "consider", "load_patch", "open_session", "preview_as_json", "preview_of",
    "print_preview", "redrive_of", "way_to_record", "way_to_send",
]
