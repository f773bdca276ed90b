"""Progress on a terminal; nothing elsewhere, where the log lines tell the same."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn
from rich.progress import MofNCompleteColumn
from rich.progress import Progress
from rich.progress import SpinnerColumn
from rich.progress import TextColumn
from rich.progress import TimeElapsedColumn

from waybill_producer.summary import Tally


class Display:
    """One line on stderr: pages, events, dead letters, and what the run waits for."""

    def __init__(self, page_limit: int | None) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("pages"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[counts]}"),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[doing]}"),
            console=console,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._progress.add_task("pages", total=page_limit, counts="", doing="connecting")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def doing(self, what: str) -> None:
        self._progress.update(self._task, doing=what[:60])

    def counted(self, tally: Tally) -> None:
        counts = f"{tally.events:,} events, {tally.dead.total():,} dead"
        self._progress.update(self._task, completed=tally.pages, counts=counts)
