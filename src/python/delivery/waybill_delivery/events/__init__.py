"""From a split of a partition to decoded blocks."""

from waybill_delivery.events.consume import SplitReader, first_readable, read_split, split_consumer
from waybill_delivery.events.decode import Decoder
from waybill_delivery.events.record import Block, DeadLetter
from waybill_delivery.events.stamps import calendar_of

__all__ = [
    "Block",
    "DeadLetter",
    "Decoder",
    "SplitReader",
    "calendar_of",
    "first_readable",
    "read_split",
    "split_consumer",
]
