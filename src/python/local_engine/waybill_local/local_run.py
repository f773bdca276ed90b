"""One run of the local engine: recover, then deliver until the trigger or the user says that it is enough."""

from __future__ import annotations

import time
from collections.abc import Mapping

from waybill_common.settings import DeliverySettings, Settings
from waybill_delivery.backfilling import Backfill, deliver_range
from waybill_delivery.beginning import begin
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.run_summary import RunSummary
from waybill_delivery.stop_signals import StopSignals
from waybill_local.targets import next_targets, pending
from waybill_local.trigger import Holding, period_of, seconds_of
from waybill_local.workers import Workers


def run(settings: Settings, stop: StopSignals, backfill: Backfill | None = None) -> RunSummary:
    """Deliver the stream, or only the offset range that is asked for; returns what this run delivered.

    A request to stop takes effect between commits, recovered ones included.
    """
    summary = RunSummary()
    with Workers(settings.delivery.processes, settings.log) as workers:
        try:
            begun = begin(settings, backfill)
            delivery = begun.loop(workers.carry, summary.add)
            if begun.offset_range:
                deliver_range(delivery, begun.offset_range)
                return summary
            delivery.reach(delivery.position.frontier, stop.asked)
            period = period_of(settings.delivery.trigger)
            if period is None:
                _reach(delivery, delivery.look().log_ends, settings.delivery, stop)
            else:
                _follow(delivery, settings.delivery, period, stop)
        finally:
            stop.work_done()
    return summary


def _follow(delivery: DeliveryLoop, settings: DeliverySettings, period: float, stop: StopSignals) -> None:
    """Look once a period; what came meanwhile is delivered, unless it is to wait for more."""
    began = time.monotonic()
    holding = Holding(settings.min_offsets_per_trigger or 1, seconds_of(settings.max_trigger_delay), began)
    due = began
    while not stop.asked():
        ends = delivery.look().log_ends
        if holding.lets_go(pending(delivery.position.frontier, ends), time.monotonic()):
            _reach(delivery, ends, settings, stop)
        due = max(due + period, time.monotonic())
        stop.wait(due - time.monotonic())


def _reach(
    delivery: DeliveryLoop, ends: Mapping[int, int], settings: DeliverySettings, stop: StopSignals
) -> None:
    """Up to ``ends``, in commits as long as the settings allow."""
    while pending(delivery.position.frontier, ends) and not stop.asked():
        delivery.reach(
            next_targets(delivery.position.frontier, ends, settings.max_offsets_per_trigger), stop.asked
        )
