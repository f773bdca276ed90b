"""A run of several streams by this machine's processes: one pool for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from waybill_common.settings import DeliverySettings, Settings
from waybill_delivery.several import StreamsSummary, deliver_streams
from waybill_delivery.stop_signals import StopSignals
from waybill_local.local_run import watch_of
from waybill_local.streams_watch import StreamsWatch
from waybill_local.workers import Workers


def watch_of_several(streams: Sequence[Settings]) -> StreamsWatch:
    """What ``run_several`` tells of itself."""
    return StreamsWatch({one.stream.name: watch_of(one) for one in streams})


def run_several(
    settings: Settings, streams: Sequence[Settings], stop: StopSignals, watch: StreamsWatch
) -> StreamsSummary:
    """Deliver each of ``streams``, by its own settings. The pool and the logs go by ``settings``, the run's."""
    with Workers(_slots(settings.delivery), settings.log) as workers:
        try:
            return deliver_streams(streams, workers, stop, watch.streams)
        finally:
            stop.work_done()


def _slots(delivery: DeliverySettings) -> int:
    """Two at least, unless the user wants one: a stream that waits for something is to leave one to the others."""
    return delivery.workers or max(2, delivery.processes)
