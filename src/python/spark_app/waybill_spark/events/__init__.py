"""From a split of a partition to decoded blocks."""

from __future__ import annotations

from waybill_spark.events.consume import read_split
from waybill_spark.events.decode import Decoder
from waybill_spark.events.record import Block
from waybill_spark.events.record import DeadLetter

__all__ = ["Block", "DeadLetter", "Decoder", "read_split"]
