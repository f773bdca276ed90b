"""What goes wrong on the wire: a fault waits at a proxy for the request that it is meant for, and strikes it."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from enum import StrEnum

PATIENCE = 120.0
"""Seconds that a held request, and whoever waits for one, waits at most."""


class Act(StrEnum):
    """What becomes of a request."""

    HOLD = "held before it arrives"
    HALF = "held with half its body sent"
    HOLD_REPLY = "held after it was done"
    RESET = "connection reset before it arrives"
    LOSE_REPLY = "done, and the connection reset"
    ANSWER = "refused"
    DO_AND_ANSWER = "done, and answered with an error"
    SLOW = "slow"


@dataclass(frozen=True)
class Fault:
    """One fault. ``label`` is a regular expression for all of it: ``PUT .*json`` for HTTP, ``EndTxn`` for Kafka.

    The first ``skip`` requests that fit pass, the next ``times`` are struck, None for all.
    """

    act: Act
    label: str
    skip: int = 0
    times: int | None = 1
    status: int = 503
    seconds: float = 0.2


@dataclass
class Trap:
    """An armed fault. ``reached`` is set once it struck; what it holds waits for ``release`` or ``drop``."""

    fault: Fault
    seen: int = 0
    struck: int = 0
    reached: threading.Event = field(default_factory=threading.Event)
    _over: threading.Event = field(default_factory=threading.Event)
    _goes_on: bool = False

    def await_reached(self) -> None:
        assert self.reached.wait(PATIENCE), f"nothing met the trap {self.fault}"

    def release(self) -> None:
        """What is held goes on, as if nothing had been."""
        self._goes_on = True
        self._over.set()

    def drop(self) -> None:
        """What is held comes to nothing: the connection ends."""
        self._over.set()

    def goes_on(self) -> bool:
        """Waits for one of the two; for the proxy. Nobody's decision within ``PATIENCE`` is a drop."""
        return self._over.wait(PATIENCE) and self._goes_on


class Board:
    """The traps of one proxy."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._traps: list[Trap] = []

    def arm(self, fault: Fault) -> Trap:
        trap = Trap(fault)
        with self._lock:
            self._traps.append(trap)
        return trap

    def clear(self) -> None:
        """From now on everything passes; what is held is dropped."""
        with self._lock:
            traps, self._traps = self._traps, []
        for trap in traps:
            trap.drop()

    def strike(self, label: str) -> Trap | None:
        """The trap that this request falls into, if any."""
        with self._lock:
            for trap in self._traps:
                fault = trap.fault
                if re.fullmatch(fault.label, label) is None:
                    continue
                trap.seen += 1
                if trap.seen <= fault.skip or (fault.times is not None and trap.struck >= fault.times):
                    continue
                trap.struck += 1
                trap.reached.set()
                return trap
        return None
