"""What the receipts say: ``reading`` them, ``receipts_summary`` (pure), ``values`` (read from the objects)."""

from waybill_ops.receipts.reading import read_receipts
from waybill_ops.receipts.receipts_summary import ListedObject, objects_of, summarise
from waybill_ops.receipts.span import AskedCommits, numbers
from waybill_ops.receipts.table import print_objects, print_summary, print_values
from waybill_ops.receipts.values import rows_by

# fmt: off
__all__ = [
    "AskedCommits", "ListedObject", "numbers", "objects_of", "print_objects", "print_summary", "print_values",
    "read_receipts", "rows_by", "summarise",
]
