"""Telling what happens: a live line for each step on a terminal, two plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from waybill_common.screen import Screen, Styled


class Narrator:
    """Numbers the steps and writes to ``screen``, which is stderr."""

    def __init__(self, screen: Screen, steps: int) -> None:
        self.screen = screen
        self._steps = steps
        self._number = 0

    @contextmanager
    def step(self, title: str) -> Iterator[Callable[[str], None]]:
        """The block is one step; it hands what came of it to the function that it is given."""
        self._number += 1
        label = f"[{self._number}/{self._steps}] {title}"
        began = time.monotonic()
        said: list[str] = []
        if self.screen.is_terminal:
            with self.screen.progress() as bars:
                bars.begin(label, None)
                yield said.append
        else:
            self.screen.line(f"{label} ...")
            yield said.append
        told = f": {said[-1]}" if said else ""
        self.screen.line(Styled(f"{label} done in {time.monotonic() - began:.1f} s{told}", "green"))
