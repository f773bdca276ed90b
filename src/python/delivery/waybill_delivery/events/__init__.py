"""From splits of partitions to decoded blocks."""

from waybill_delivery.events.consume import SplitReader, first_readable, split_consumer
from waybill_delivery.events.decode import Decoder
from waybill_delivery.events.record import Block, DeadLetter
from waybill_delivery.events.side_by_side import read_splits
from waybill_delivery.events.stamps import calendar_of

# fmt: off
__all__ = [
    "Block", "DeadLetter", "Decoder", "SplitReader", "calendar_of", "first_readable", "read_splits", "split_consumer",
]
