"""Progress on a terminal; nothing elsewhere, where the log lines tell the same."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from waybill_producer.run_totals import RunTotals


@dataclass(frozen=True, slots=True)
class ProducerProgress:
    """One line on stderr: pages, events, dead letters, and what the run waits for."""

    progress: Progress
    task: TaskID

    def doing(self, what: str) -> None:
        self.progress.update(self.task, doing=what[:60])

    def counted(self, tally: RunTotals) -> None:
        counts = f"{tally.events:,} events, {tally.dead.total():,} dead"
        self.progress.update(self.task, completed=tally.pages, counts=counts)


@contextmanager
def showing(page_limit: int | None) -> Iterator[ProducerProgress]:
    """The display, for as long as the run lasts."""
    with Progress(
        SpinnerColumn(),
        TextColumn("pages"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[doing]}"),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    ) as progress:
        yield ProducerProgress(
            progress, progress.add_task("pages", total=page_limit, counts="", doing="connecting")
        )
