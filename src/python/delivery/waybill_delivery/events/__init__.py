"""From splits of partitions to decoded blocks."""

from waybill_delivery.events.consume import SplitReader, first_readable, split_consumer
from waybill_delivery.events.decoders import asking_decoder, decoder_of, known_schemas
from waybill_delivery.events.record import AskingDecoder, Block, BlockDecoder, DeadLetter
from waybill_delivery.events.side_by_side import read_splits
from waybill_delivery.events.stamps import calendar_of
from waybill_delivery.events.writers_decode import ids_to_ask

# fmt: off
__all__ = [
    "AskingDecoder", "Block", "BlockDecoder", "DeadLetter", "SplitReader", "asking_decoder", "calendar_of",
    "decoder_of", "first_readable", "ids_to_ask", "known_schemas", "read_splits", "split_consumer",
]
