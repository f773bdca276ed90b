"""The lake: one stream's folder in an object store, and the one way in which objects are created."""

from waybill_common.lake.conditional_writes import check_conditional_writes, check_readable, writers_actions
from waybill_common.lake.create import create
from waybill_common.lake.store import Lake, NoObject, ObjectTooLarge, open_lake

__all__ = [
    "Lake",
    "NoObject",
    "ObjectTooLarge",
    "check_conditional_writes",
    "check_readable",
    "create",
    "open_lake",
    "writers_actions",
]
