"""The audit, in the order in which it looks:

``ledger_files``  reading manifests and receipts     ``entries``  what they say
``chain``         pure: do they follow each other    ``commit``   pure: does one commit add up
``objects``       reading and hashing what is stored ``object_names`` what an object's name promises
``kafka_log``     reading the topic, read_committed  ``redrives`` which dead letters have a successor
``compare``       SQL: lake against topic            ``findings`` what can be wrong
``auditing``      the order of all this              ``audit_report`` the result
``record_terms``  which document judges which offset ``audited_documents`` reading it
``judged_log``    the topic's records, judged        ``documented_rows`` the objects' rows, to be compared with them
``second_judge``  a record's values by a document    ``stored_values`` the same, read back from an object

A contract that this release carries is compared by its columns instead (``log_table``, ``fingerprint``).

It imports nothing from the ledger, lake or Spark packages, so that a mistake in those can't hide itself.
"""

from waybill_ops.audit.audit_report import AuditReport, as_json, print_report
from waybill_ops.audit.auditing import audit, audit_redriven
from waybill_ops.audit.entries import Receipt, Span, StoredObject
from waybill_ops.audit.findings import Code, FindingCounts
from waybill_ops.audit.kafka_log import LogReader
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.ledger_files import read_entry
from waybill_ops.audit.local_files import Unsafe
from waybill_ops.audit.object_names import (
    DATA,
    DEAD_LETTERS,
    LEDGER,
    ExpectedName,
    entry_key,
    parse_entry_key,
    parse_object_key,
)
from waybill_ops.audit.parse_entries import parse_receipt

# fmt: off
__all__ = [
    "DATA", "DEAD_LETTERS", "LEDGER", "AuditReport", "Code", "ExpectedName", "FindingCounts", "LakeReader", "LogReader",
    "Receipt", "Span", "StoredObject", "Unsafe", "as_json", "audit", "audit_redriven", "entry_key", "parse_entry_key",
    "parse_object_key", "parse_receipt", "print_report", "read_entry",
]
