"""One run of the local engine: recover, then deliver until the trigger or the user says that it is enough."""

from __future__ import annotations

import time

from waybill_common.settings import DeliverySettings, Settings
from waybill_delivery.backfilling import Backfill, deliver_range
from waybill_delivery.beginning import begin
from waybill_delivery.beginning_at import begin_dataset
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.run_summary import RunSummary
from waybill_delivery.sibling import SiblingDelivery
from waybill_delivery.stop_signals import StopSignals
from waybill_delivery.targets import pending, reach_by_commits
from waybill_delivery.trigger import Holding, period_of, seconds_of
from waybill_local.delivery_watch import DeliveryWatch
from waybill_local.workers import Workers


def watch_of(settings: Settings, backfill: Backfill | None = None) -> DeliveryWatch:
    """What ``run`` tells of itself."""
    trigger = settings.delivery.trigger
    return DeliveryWatch(settings.stream.name, trigger, None if backfill else period_of(trigger))


def refused_watch(stream: str) -> DeliveryWatch:
    """Of one that a run of several can't begin with."""
    return DeliveryWatch(stream, "available-now", None)


def run(
    settings: Settings,
    stop: StopSignals,
    backfill: Backfill | None = None,
    watch: DeliveryWatch | None = None,
) -> RunSummary:
    """Deliver the stream, or only the offset range that is asked for; returns what this run delivered.

    A request to stop takes effect between commits, recovered ones included.
    """
    summary, watch = RunSummary(), watch or watch_of(settings, backfill)
    with Workers(settings.delivery.processes, settings.log) as workers:
        try:
            begun = begin(settings, backfill)
            delivery = begun.loop(workers.carry, summary)
            watch.follow(delivery)
            if begun.offset_range:
                deliver_range(delivery, begun.offset_range)
                return summary
            begin_dataset(delivery, settings.delivery.max_offsets_per_trigger, stop.asked)
            delivery.reach(delivery.position.frontier, stop.asked)
            sibling = SiblingDelivery(settings, workers.carry, summary, begins=watch.beside)
            period = period_of(settings.delivery.trigger)
            if period is None:
                _reach_the_end(delivery, settings.delivery, stop)
                sibling.deliver(stop.asked)
            else:
                _follow(delivery, settings.delivery, period, stop, watch, sibling)
        finally:
            stop.work_done()
            summary.say_reasons()
    return summary


def _reach_the_end(delivery: DeliveryLoop, settings: DeliverySettings, stop: StopSignals) -> None:
    """As far as the topic goes now."""
    reach_by_commits(delivery, delivery.look().log_ends, settings.max_offsets_per_trigger, stop.asked)


def _follow(
    delivery: DeliveryLoop,
    settings: DeliverySettings,
    period: float,
    stop: StopSignals,
    watch: DeliveryWatch,
    sibling: SiblingDelivery,
) -> None:
    """Look once a period; what came meanwhile is delivered, unless it is to wait for more.

    Also where nothing is delivered, a topic that the dataset can't go on with ends the run: one made anew, cut back or
    compacted has nothing that waits, for as long as it is shorter than what was delivered.
    """
    began = time.monotonic()
    holding = Holding(settings.min_offsets_per_trigger or 1, seconds_of(settings.max_trigger_delay), began)
    due = began
    while not stop.asked():
        ends = delivery.look().log_ends
        frontier = delivery.position.frontier
        targets = ends if holding.lets_go(pending(frontier, ends), time.monotonic()) else frontier
        reach_by_commits(delivery, targets, settings.max_offsets_per_trigger, stop.asked)
        sibling.deliver_if_due(stop.asked)
        watch.idle(delivery)
        due = max(due + period, time.monotonic())
        stop.wait(due - time.monotonic())
