"""Several streams in one command: which ones, how often each is tried, and what the whole of it ends with. Pure."""

from waybill_common.many.stream_outcome import Outcome, whole_code
from waybill_common.many.stream_selection import StreamSelection, shard_of
from waybill_common.many.tries import Tries

__all__ = ["Outcome", "StreamSelection", "Tries", "shard_of", "whole_code"]
