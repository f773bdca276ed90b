"""Several streams in one command: which ones, and what the whole of it ends with. Pure."""

from waybill_common.many.outcome import FAILED_BY_BUG, Outcome, whole_code
from waybill_common.many.selection import Selection, Shard, shard_of
from waybill_common.many.tries import MOST_FURTHER_TURNS, Tries

__all__ = [
    "FAILED_BY_BUG", "MOST_FURTHER_TURNS", "Outcome", "Selection", "Shard", "Tries", "shard_of", "whole_code",
]  # fmt: skip
