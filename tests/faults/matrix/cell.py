"""One cell of the matrix, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from faults.promises import Promise

if TYPE_CHECKING:
    from faults.rig import Rig


@dataclass(frozen=True)
class Cell:
    """``play`` makes the fault happen and asserts how the programs ended; it returns that in words.

    ``driver`` says what delivers: "process" is ``faults.drive``, "local" the local engine, "both by turns" the two one
    after the other, "spark" the Spark application itself. ``needs`` is what the shared parts lack: "three brokers",
    "spark cluster".
    """

    id: str
    component: str
    moment: str
    fault: str
    promise: Promise
    play: Callable[[Rig], str]
    driver: str = "process"
    needs: str = ""
    quick: bool = False


def delivered_by(driver: str, *cells: Cell, quick: frozenset[str]) -> tuple[Cell, ...]:
    """The same with another driver where Spark is taken out; ``quick`` are the ids of those that stay quick."""
    name = driver.split(" ")[0]
    return tuple(
        replace(cell, id=f"{cell.id}-{name}", driver=driver, quick=cell.id in quick)
        for cell in cells
        if cell.driver == "process"
    )
