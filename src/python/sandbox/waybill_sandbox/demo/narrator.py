"""Telling what happens: a live line for each step on a terminal, two plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Narrator:
    """Numbers the steps and writes to ``console``, which is stderr."""

    def __init__(self, console: Console, steps: int) -> None:
        self.console = console
        self._steps = steps
        self._number = 0

    @contextmanager
    def step(self, title: str) -> Iterator[Callable[[str], None]]:
        """The block is one step; it hands what came of it to the function that it is given."""
        self._number += 1
        label = f"[{self._number}/{self._steps}] {title}"
        began = time.monotonic()
        said: list[str] = []
        if self.console.is_terminal:
            with Progress(
                SpinnerColumn(),
                TextColumn("{task.description}", markup=False),
                TimeElapsedColumn(),
                console=self.console,
                transient=True,
            ) as progress:
                progress.add_task(label, total=None)
                yield said.append
        else:
            self._line(f"{label} ...")
            yield said.append
        told = f": {said[-1]}" if said else ""
        self._line(f"{label} done in {time.monotonic() - began:.1f} s{told}", style="green")

    def _line(self, text: str, style: str | None = None) -> None:
        self.console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)
