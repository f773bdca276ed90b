"""A run of several streams by this machine's processes: one pool for all of them."""

from __future__ import annotations

from waybill_common.settings import DeliverySettings, Settings
from waybill_delivery.several import StreamsSummary, deliver_streams
from waybill_delivery.stop_signals import StopSignals
from waybill_local.local_run import refused_watch, watch_of
from waybill_local.streams_watch import StreamsWatch
from waybill_local.workers import Workers
from waybill_streams.chosen_streams import StreamsByName


def watch_of_several(streams: StreamsByName) -> StreamsWatch:
    """What ``run_several`` tells of itself."""
    return StreamsWatch(
        {
            name: watch_of(one) if isinstance(one, Settings) else refused_watch(name)
            for name, one in streams.items()
        }
    )


def run_several(
    settings: Settings, streams: StreamsByName, stop: StopSignals, watch: StreamsWatch
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
