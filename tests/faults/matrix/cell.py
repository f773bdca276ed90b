"""One cell of the matrix, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faults.promises import Promise

if TYPE_CHECKING:
    from faults.rig import Rig


@dataclass(frozen=True)
class Cell:
    """``play`` makes the fault happen and asserts how the programs ended; it returns that in words.

    ``driver`` says what delivers: "process" is ``faults.drive``, "spark" the Spark application itself. ``needs`` is
    what the shared parts lack: "three brokers", "spark cluster".
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
