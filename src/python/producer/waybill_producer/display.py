"""Progress on a terminal; nothing elsewhere, where the log lines tell the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from waybill_common.screen import on_stderr
from waybill_producer.run_totals import RunTotals


@dataclass(slots=True)
class ProducerProgress:
    """One line on stderr: pages, events, dead letters, and what the run waits for."""

    tell: Callable[..., None]
    _counts: str = field(default="", init=False)
    _doing: str = field(default="connecting", init=False)

    def doing(self, what: str) -> None:
        self._doing = what
        self._show()

    def counted(self, tally: RunTotals) -> None:
        self._counts = f"{tally.events:,} events, {tally.dead.total():,} dead; "
        self.tell(tally.pages)
        self._show()

    def _show(self) -> None:
        self.tell(beside=self._counts + self._doing)


@contextmanager
def showing(page_limit: int | None) -> Iterator[ProducerProgress]:
    """The display, for as long as the run lasts."""
    with on_stderr().progress(transient=False) as bars:
        display = ProducerProgress(bars.begin("pages", page_limit))
        display.doing("connecting")
        yield display
