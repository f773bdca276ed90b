"""The ledger: the whole delivery protocol, read in this order:

``keys``      how objects are named
``entry``     what entries are made of
``manifest``  what a commit will move
``split_report`` what became of a split
``writer_schemas`` which ids of writers' schemas mean which, beyond what the manifest says
``receipt``   what arrived
``parse``     bytes to entries, whoever wrote them
``position``  where the ledger stands
``folder_window`` pure: for which days rows have folders of their own
``split_sizes`` pure: how long the next splits are
``contract_rule`` pure: which contract may follow the dataset's
``next_steps`` what is known, and what may come next
``dead_share`` pure: whether too many of the last records are dead letters
``decisions`` pure: what comes next, from what is known
``offset_range`` pure: a backfill, which begins a dataset of its own
``journal``   I/O: reading the position, opening and closing a commit
``stored_schemas`` I/O: writers' schemas

The invariants, each named in a test of its own:
I1 *once at any moment*: an offset is in at most one stored object.
I2 *none missing*: an offset below a receipt's frontier is a row, a dead letter, without a record, or declared lost.
I3 *as stored*: a receipt describes the stored bytes, for ever.
I4 *somebody can go on*: from every state a driver that is started can reach the end of the log.
"""

from waybill_common.ledger.contract_rule import ContractDifference, check_contract, check_tightens
from waybill_common.ledger.decisions import (
    check_can_deliver,
    check_not_compacted,
    check_not_truncated,
    check_same_stream,
    check_same_topic,
    check_still_the_topic,
    next_step,
)
from waybill_common.ledger.entry import Frontier, LostRange, Offset, Partition, Sha256, Split, lost_ranges_of
from waybill_common.ledger.folder_window import DAYS_AHEAD, parse_window, utc_day
from waybill_common.ledger.journal import Journal
from waybill_common.ledger.keys import (
    DATA,
    DEAD_LETTERS,
    LATEST,
    check_names,
    data_key,
    dead_letter_key,
    manifest_key,
    partition_in,
    receipt_key,
    split_name,
)
from waybill_common.ledger.loss import data_loss
from waybill_common.ledger.manifest import ContractRef, ContractRef3, Layout, Layout3, Manifest, Manifest3
from waybill_common.ledger.next_steps import Deliver, Done, ManifestPlan, NextStep, Open, Situation, TooDead
from waybill_common.ledger.offset_range import (
    Edge,
    OffsetRange,
    check_may_backfill,
    parse_edge,
    range_between,
)
from waybill_common.ledger.origin import begun_otherwise, origin_of, shown_offsets, shown_start
from waybill_common.ledger.parse import (
    LARGEST_DOCUMENT,
    LARGEST_ENTRY,
    LARGEST_HINT,
    corrupt,
    load_json,
    number_in,
    parse_manifest,
    parse_receipt,
)
from waybill_common.ledger.position import NOTHING, LedgerPosition
from waybill_common.ledger.receipt import Receipt, Receipt3, receipt_for
from waybill_common.ledger.recent import Recent
from waybill_common.ledger.split_report import (
    ObjectEntry,
    ObjectEntry3,
    Offsets,
    SplitReport,
    SplitReport1,
    SplitReport3,
    TimeRange,
)
from waybill_common.ledger.split_sizes import longest_splits
from waybill_common.ledger.stored_schemas import StoredSchemas
from waybill_common.ledger.writer_schemas import MOST_ASKED, CommitSchemas, StandingSchemas

# fmt: off
__all__ = [
    "DATA", "DAYS_AHEAD", "DEAD_LETTERS", "LARGEST_DOCUMENT", "LARGEST_ENTRY", "LARGEST_HINT", "LATEST",
    "MOST_ASKED", "NOTHING", "CommitSchemas", "ContractDifference", "ContractRef", "ContractRef3", "Deliver",
    "Done", "Edge", "Frontier", "Journal", "Layout", "Layout3", "LedgerPosition", "LostRange", "Manifest",
    "Manifest3", "ManifestPlan", "NextStep", "ObjectEntry", "ObjectEntry3", "Offset", "OffsetRange", "Offsets",
    "Open", "Partition", "Receipt", "Receipt3", "Recent", "Sha256", "Situation", "Split", "SplitReport",
    "SplitReport1", "SplitReport3", "StandingSchemas", "StoredSchemas", "TimeRange", "TooDead", "begun_otherwise",
    "check_can_deliver", "check_contract", "check_may_backfill", "check_names", "check_not_compacted",
    "check_not_truncated", "check_same_stream", "check_same_topic", "check_still_the_topic", "check_tightens",
    "corrupt", "data_key", "data_loss", "dead_letter_key", "load_json", "longest_splits", "lost_ranges_of",
    "manifest_key", "next_step", "number_in", "origin_of", "parse_edge", "parse_manifest", "parse_receipt",
    "parse_window", "partition_in", "range_between", "receipt_for", "receipt_key", "shown_offsets", "shown_start",
    "split_name", "utc_day",
]
