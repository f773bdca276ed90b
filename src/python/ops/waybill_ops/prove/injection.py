"""Causing each fault: a driver or a producer, and what happens to it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from waybill_common.errors import OK
from waybill_common.settings import with_settings
from waybill_ops.engine import Engine
from waybill_ops.prove.drivers import Drivers, RunningDriver
from waybill_ops.prove.fault_plan import HALFWAY, ProofFault, ProofPlan, Round
from waybill_ops.prove.producer_process import PRODUCER_SETTINGS, SendTask, child_command, committed, held
from waybill_ops.prove.programs import KILLED, Programs
from waybill_ops.prove.proof import RoundOutcome
from waybill_ops.prove.sender import Sender
from waybill_ops.prove.watch import Watch, comes

_OF_THE_DIFFERENCE = 0.7
"""The head start in a race, of what the slower engine takes longer: that is its start above all."""

_ATTEMPTS = 3
"""At a fault that comes too late: how long an undisturbed run takes is known better after each."""


@dataclass
class Stage:
    """Where faults are caused. ``env`` names the scratch topic and lake to every child. ``undisturbed`` is how many
    seconds a run of an engine takes that nothing disturbs; its first round finds it."""

    plan: ProofPlan
    drivers: Drivers
    env: Mapping[str, str]
    programs: Programs
    sender: Sender
    watch: Watch
    undisturbed: dict[Engine, float] = field(default_factory=dict)

    def cause(self, one: Round) -> RoundOutcome:
        """Run the round to its end."""
        self.sender.send(one.before)
        match one.fault:
            case None:
                return self._undisturbed(one)
            case ProofFault.KILL_DRIVER:
                return self._strike(one, self._kill)
            case ProofFault.FREEZE_DRIVER:
                return self._strike(one, lambda driver: self._overtake(driver, one.number + 1))
            case ProofFault.STOP_DRIVER:
                return self._strike(one, lambda driver: self._stop(driver, by_signal=one.by_signal))
            case ProofFault.RACE:
                return self._race(one)
            case ProofFault.KILL_PRODUCER:
                return self._kill_producer(one)

    def _undisturbed(self, one: Round) -> RoundOutcome:
        driver = self.drivers.start("undisturbed", one.number)
        self.sender.send(one.during)
        return self._outcome(one, codes=(self._full(driver),))

    def _strike(self, one: Round, act: Callable[[RunningDriver], tuple[int, ...]]) -> RoundOutcome:
        """Start a driver and ``act`` on it at the moment; where it ends before, on another, halfway through its run."""
        codes: tuple[int, ...] = ()
        for attempt in range(_ATTEMPTS):
            reached = self.watch.awaiting(HALFWAY if attempt else one.moment, self._length(one.number))
            driver = self.drivers.start(str(one.fault), one.number)
            if attempt == 0:
                self.sender.send(one.during)
            if reached(driver.program):
                others, code = act(driver), driver.program.code()
                caused = one.fault is not ProofFault.KILL_DRIVER or code == KILLED
                return self._outcome(one, caused=caused, codes=(*codes, *others, code))
            codes = (*codes, self._full(driver))
        return self._outcome(one, codes=codes)

    def _kill(self, driver: RunningDriver) -> tuple[int, ...]:
        driver.program.kill()
        return ()

    def _stop(self, driver: RunningDriver, *, by_signal: bool) -> tuple[int, ...]:
        driver.ask_to_end(by_signal=by_signal)
        return ()

    def _overtake(self, driver: RunningDriver, turn: int) -> tuple[int, ...]:
        """A zombie: a driver frozen while another one runs from start to end, then woken."""
        driver.program.signal(signal.SIGSTOP)
        code = self._full(self.drivers.start("overtaking", turn))
        driver.program.signal(signal.SIGCONT)
        return (code,)

    def _race(self, one: Round) -> RoundOutcome:
        """The engine that takes longer has a head start, so that both deliver at the same time."""
        turns = sorted((one.number, one.number + 1), key=lambda turn: -self._length(turn))
        slow, quick = (self._length(turn) for turn in turns)
        head_start = _OF_THE_DIFFERENCE * (1 - quick / slow) if slow else 0.0
        moment = replace(one.moment, wait=one.moment.wait + head_start)
        codes: tuple[int, ...] = ()
        caused = False
        for attempt in range(_ATTEMPTS):
            reached = self.watch.awaiting(HALFWAY if attempt else moment, slow)
            first = self.drivers.start("race", turns[0])
            caused = reached(first.program)
            second = self.drivers.start("race", turns[1])
            if attempt == 0:
                self.sender.send(one.during)
            codes = (*codes, first.program.code(), second.program.code())
            if caused:
                break
        both = {self.drivers.engine(turn) for turn in turns}
        return self._outcome(
            one, caused=caused, codes=codes, engine="both" if len(both) > 1 else self.drivers.engine(turns[0])
        )

    def _kill_producer(self, one: Round) -> RoundOutcome:
        """A producer killed beside a driver that runs; another one goes on from what Kafka shows."""
        driver = self.drivers.start("beside", one.number)
        task = SendTask(self.plan.seed, one.during, hold=one.during[0].first + one.moment.count - 1)
        child = self.programs.start(
            "producer", child_command(task), with_settings(self.env, PRODUCER_SETTINGS)
        )
        if comes(lambda: held(child.lines()), child):
            child.kill()
        producer = child.code()
        self.sender.acknowledged |= committed(child.lines())
        self.sender.send(self.sender.settle(one.during))
        codes = producer, driver.program.code()
        return self._outcome(one, caused=producer == KILLED, codes=codes)

    def _full(self, driver: RunningDriver) -> int:
        """The exit code of a run that nothing disturbed; the shortest that succeeds is the undisturbed length."""
        code = driver.program.code()
        length = time.monotonic() - driver.program.began
        if code == OK:
            self.undisturbed[driver.engine] = min(self.undisturbed.get(driver.engine, length), length)
        return code

    def _length(self, turn: int) -> float:
        """Of an undisturbed run of the engine whose turn it is."""
        return self.undisturbed.get(self.drivers.engine(turn), 0.0)

    def _outcome(
        self, one: Round, *, codes: tuple[int, ...], caused: bool = False, engine: str = ""
    ) -> RoundOutcome:
        struck = engine or str(self.drivers.engine(one.number))
        return RoundOutcome(one.number, engine=struck, caused=int(caused), codes=codes)
