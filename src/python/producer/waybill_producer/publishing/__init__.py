"""Transactions: a page's records and its cursor, visible together or not at all."""

from waybill_producer.publishing.batch import Batch
from waybill_producer.publishing.batch import Draft
from waybill_producer.publishing.batch import build_batch
from waybill_producer.publishing.publishing_session import Publisher
from waybill_producer.publishing.publishing_session import PublishingSession
from waybill_producer.publishing.publishing_session import admit_page
from waybill_producer.publishing.publishing_session import close_session
from waybill_producer.publishing.publishing_session import open_session

# fmt: off
__all__ = [
    "Batch", "Draft", "Publisher", "PublishingSession", "admit_page", "build_batch", "close_session",
    "open_session",
]
