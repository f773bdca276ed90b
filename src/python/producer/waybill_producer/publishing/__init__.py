"""Transactions: a page's records and its cursor, visible together or not at all."""

from waybill_producer.publishing.batch import Batch, Draft, build_batch
from waybill_producer.publishing.publishing_session import (
    Publisher,
    PublishingSession,
    admit_page,
    close_session,
    open_session,
)

# fmt: off
__all__ = [
    "Batch", "Draft", "Publisher", "PublishingSession", "admit_page", "build_batch", "close_session",
    "open_session",
]
