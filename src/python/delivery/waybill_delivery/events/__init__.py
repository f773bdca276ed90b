"""From splits of partitions to decoded blocks."""

from waybill_delivery.events.consume import SplitReader, first_readable, split_consumer
from waybill_delivery.events.decoders import decoder_of
from waybill_delivery.events.record import Block, BlockDecoder, DeadLetter
from waybill_delivery.events.side_by_side import read_splits
from waybill_delivery.events.stamps import calendar_of

# fmt: off
__all__ = [
    "Block", "BlockDecoder", "DeadLetter", "SplitReader", "calendar_of", "decoder_of", "first_readable",
    "read_splits", "split_consumer",
]
