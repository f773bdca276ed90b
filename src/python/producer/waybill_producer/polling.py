"""Batch after batch at the run's pace; where nothing has to be waited for, one is made while another is published."""

from __future__ import annotations

import time
from collections.abc import Callable

from waybill_common.settings import ProducerSettings
from waybill_producer.ahead import BatchAhead
from waybill_producer.pace import Poll, PollingEnded, PollMoment, next_step
from waybill_producer.publishing import Batch, PublishingSession


class Polling:
    """A run's polls, the first of which can start now."""

    def __init__(
        self,
        settings: ProducerSettings,
        poll: Callable[[PublishingSession], Batch],
        budget_wait: Callable[[], float],
        doing: Callable[[str], None],
        throttled: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        """``poll`` makes the batch at a session's position; ``budget_wait`` gives the seconds until the rate limit
        admits another one; ``doing`` is told what is waited for, ``throttled`` a wait beyond the usual pause."""
        self._settings = settings
        self._poll = poll
        self._budget_wait = budget_wait
        self._doing = doing
        self._throttled = throttled
        self._started = time.monotonic()
        self._ahead: BatchAhead | None = None

    def next_batch(self, session: PublishingSession, pages: int) -> Batch | PollingEnded:
        """The batch at the session's position, once its time has come, or why the run is over.

        ``pages`` are published. Raises whatever ``poll`` raises.
        """
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            if ahead.position == session.position:
                return ahead.batch()
            # The one before was not committed. Two polls at a time would share a connection and a budget.
            ahead.wait()
        step = self._step(pages)
        if isinstance(step, PollingEnded):
            return step
        self._doing(f"pausing for {step.wait:.0f} s" if step.wait >= 1 else "polling")
        if step.wait > self._settings.pause_interval:
            self._throttled(step.wait)
        time.sleep(step.wait)
        return self._poll(session)

    def look_ahead(self, session: PublishingSession, pages: int) -> None:
        """Begin the batch at the position of ``session``, if nothing has to be waited for.

        Session and ``pages`` are what they will be once the batch in hand is published.
        """
        if self._step(pages) == Poll(0.0):
            self._ahead = BatchAhead(session.position, lambda: self._poll(session))

    def _step(self, pages: int) -> Poll | PollingEnded:
        run, elapsed = self._settings, time.monotonic() - self._started
        return next_step(
            PollMoment(
                pages, run.pages, elapsed, run.streaming_duration, run.pause_interval, self._budget_wait()
            )
        )
