"""Several streams in one run: each has its own ledger and its own turns, all have one engine."""

from waybill_delivery.several.run_streams import deliver_streams
from waybill_delivery.several.streams_summary import StreamsSummary

__all__ = ["StreamsSummary", "deliver_streams"]
