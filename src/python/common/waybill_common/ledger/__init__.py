"""The ledger: the whole delivery protocol, read in this order:

``keys``      how objects are named
``entry``     what entries are made of
``manifest``  what a commit will move
``split_report`` what became of a split
``receipt``   what arrived
``parse``     bytes to entries, whoever wrote them
``position``  where the ledger stands
``decisions`` pure: what comes next, from what is known
``offset_range`` pure: a backfill, which begins a dataset of its own
``journal``   I/O: reading the position, opening and closing a commit

The invariants, each named in a test of its own:
I1 *once at any moment*: an offset is in at most one stored object.
I2 *none missing*: an offset below a receipt's frontier is a row, a dead letter, without a record, or declared lost.
I3 *as stored*: a receipt describes the stored bytes, for ever.
I4 *somebody can go on*: from every state a driver that is started can reach the end of the log.
"""

from waybill_common.ledger.decisions import Deliver
from waybill_common.ledger.decisions import Done
from waybill_common.ledger.decisions import ManifestPlan
from waybill_common.ledger.decisions import Open
from waybill_common.ledger.decisions import Situation
from waybill_common.ledger.decisions import check_can_deliver
from waybill_common.ledger.decisions import check_not_compacted
from waybill_common.ledger.decisions import check_not_truncated
from waybill_common.ledger.decisions import check_same_stream
from waybill_common.ledger.decisions import check_same_topic
from waybill_common.ledger.decisions import check_still_the_topic
from waybill_common.ledger.decisions import next_step
from waybill_common.ledger.entry import Frontier
from waybill_common.ledger.entry import LostRange
from waybill_common.ledger.entry import Offset
from waybill_common.ledger.entry import Partition
from waybill_common.ledger.entry import Sha256
from waybill_common.ledger.entry import Split
from waybill_common.ledger.entry import lost_ranges_of
from waybill_common.ledger.journal import Journal
from waybill_common.ledger.keys import DATA
from waybill_common.ledger.keys import DEAD_LETTERS
from waybill_common.ledger.keys import check_names
from waybill_common.ledger.keys import data_key
from waybill_common.ledger.keys import dead_letter_key
from waybill_common.ledger.keys import manifest_key
from waybill_common.ledger.keys import partition_in
from waybill_common.ledger.keys import split_name
from waybill_common.ledger.loss import data_loss
from waybill_common.ledger.manifest import Layout
from waybill_common.ledger.manifest import Manifest
from waybill_common.ledger.offset_range import Edge
from waybill_common.ledger.offset_range import OffsetRange
from waybill_common.ledger.offset_range import check_may_backfill
from waybill_common.ledger.offset_range import parse_edge
from waybill_common.ledger.offset_range import range_between
from waybill_common.ledger.parse import load_json
from waybill_common.ledger.position import NOTHING
from waybill_common.ledger.position import LedgerPosition
from waybill_common.ledger.receipt import Receipt
from waybill_common.ledger.receipt import receipt_for
from waybill_common.ledger.recent import Recent
from waybill_common.ledger.split_report import ObjectEntry
from waybill_common.ledger.split_report import ObjectEntry3
from waybill_common.ledger.split_report import Offsets
from waybill_common.ledger.split_report import SplitReport
from waybill_common.ledger.split_report import SplitReport1
from waybill_common.ledger.split_report import SplitReport3
from waybill_common.ledger.split_report import TimeRange

# fmt: off
__all__ = [
    "DATA", "DEAD_LETTERS", "NOTHING", "Deliver", "Done", "Edge", "Frontier", "Journal", "Layout",
    "LedgerPosition", "LostRange", "Manifest", "ManifestPlan", "ObjectEntry", "ObjectEntry3", "Offset",
    "OffsetRange", "Offsets", "Open", "Partition", "Receipt", "Recent", "Sha256", "Situation", "Split",
    "SplitReport", "SplitReport1", "SplitReport3", "TimeRange", "check_can_deliver", "check_may_backfill",
    "check_names", "check_not_compacted", "check_not_truncated", "check_same_stream", "check_same_topic",
    "check_still_the_topic", "data_key", "data_loss", "dead_letter_key", "load_json", "lost_ranges_of",
    "manifest_key", "next_step", "parse_edge", "partition_in", "range_between", "receipt_for", "split_name",
]
