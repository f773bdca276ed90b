"""The ledger: the whole delivery protocol, read in this order:

``keys``      how objects are named
``entry``     what entries are made of
``manifest``  what a commit will move
``report``    what became of a split
``receipt``   what arrived
``parse``     bytes to entries, whoever wrote them
``position``  where the ledger stands
``decide``    pure: what comes next, from what is known
``stretch``   pure: a backfill, which begins a dataset of its own
``journal``   I/O: reading the position, opening and closing a commit

The invariants, each named in a test of its own:
I1 *once at any moment*: an offset is in at most one stored object.
I2 *none missing*: an offset below a receipt's frontier is a row, a dead letter, empty, or in a declared hole.
I3 *as stored*: a receipt describes the stored bytes, for ever.
I4 *somebody can go on*: from every state a driver that is started can reach the end of the log.
"""

from __future__ import annotations

from waybill_common.ledger.decisions import Deliver
from waybill_common.ledger.decisions import Done
from waybill_common.ledger.decisions import ManifestPlan
from waybill_common.ledger.decisions import Open
from waybill_common.ledger.decisions import Situation
from waybill_common.ledger.decisions import check_same_stream
from waybill_common.ledger.decisions import check_same_topic
from waybill_common.ledger.decisions import next_step
from waybill_common.ledger.entry import LostRange
from waybill_common.ledger.entry import Split
from waybill_common.ledger.entry import lost_ranges_of
from waybill_common.ledger.journal import Journal
from waybill_common.ledger.manifest import ContractRef
from waybill_common.ledger.manifest import ContractRef3
from waybill_common.ledger.manifest import Layout
from waybill_common.ledger.manifest import Layout3
from waybill_common.ledger.manifest import Manifest
from waybill_common.ledger.manifest import Manifest1
from waybill_common.ledger.manifest import Manifest3
from waybill_common.ledger.offset_range import OffsetRange
from waybill_common.ledger.offset_range import check_may_backfill
from waybill_common.ledger.offset_range import range_between
from waybill_common.ledger.position import LedgerPosition
from waybill_common.ledger.receipt import Receipt
from waybill_common.ledger.receipt import Receipt1
from waybill_common.ledger.receipt import Receipt3
from waybill_common.ledger.receipt import receipt_for
from waybill_common.ledger.split_report import ObjectEntry
from waybill_common.ledger.split_report import ObjectEntry3
from waybill_common.ledger.split_report import SplitReport
from waybill_common.ledger.split_report import SplitReport1
from waybill_common.ledger.split_report import SplitReport3

__all__ = [
    "ContractRef",
    "ContractRef3",
    "Deliver",
    "Done",
    "Journal",
    "Layout",
    "Layout3",
    "LedgerPosition",
    "LostRange",
    "Manifest",
    "Manifest1",
    "Manifest3",
    "ManifestPlan",
    "ObjectEntry",
    "ObjectEntry3",
    "OffsetRange",
    "Open",
    "Receipt",
    "Receipt1",
    "Receipt3",
    "Situation",
    "Split",
    "SplitReport",
    "SplitReport1",
    "SplitReport3",
    "check_may_backfill",
    "check_same_stream",
    "check_same_topic",
    "lost_ranges_of",
    "next_step",
    "range_between",
    "receipt_for",
]
