"""One cell of the matrix, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from faults.engines import Driver, twin
from faults.promises import Promise

if TYPE_CHECKING:
    from faults.rig import Rig


@dataclass(frozen=True)
class Cell:
    """``play`` makes the fault happen and asserts how the programs ended; it returns that in words.

    ``driver`` says what delivers: "process" is ``faults.drive``, "local" the local engine, "both by turns" the two one
    after the other, "spark" the Spark application itself, "spark and local" that and the local engine. ``needs`` is
    what the shared parts lack: "three brokers", "spark cluster".
    """

    id: str
    component: str
    moment: str
    fault: str
    promise: Promise
    play: Callable[[Rig], str]
    driver: Driver = Driver.PROCESS
    needs: str = ""
    quick: bool = False


def delivered_by(driver: Driver, *cells: Cell, quick: frozenset[str]) -> tuple[Cell, ...]:
    """The same with another driver; ``quick`` are the ids of those that are quick with this one."""
    return tuple(
        replace(cell, id=twin(cell.id, driver), driver=driver, quick=cell.id in quick) for cell in cells
    )
