"""Causing each fault: a driver, or a producer, and what befalls it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from waybill_common.errors import OK
from waybill_ops.prove.child import Errand
from waybill_ops.prove.child import child_command
from waybill_ops.prove.child import committed
from waybill_ops.prove.child import held
from waybill_ops.prove.plan import HALFWAY
from waybill_ops.prove.plan import Fault
from waybill_ops.prove.plan import Plan
from waybill_ops.prove.plan import Round
from waybill_ops.prove.programs import KILLED
from waybill_ops.prove.programs import Program
from waybill_ops.prove.programs import Programs
from waybill_ops.prove.proof import Outcome
from waybill_ops.prove.sender import Sender
from waybill_ops.prove.watch import Watch
from waybill_ops.prove.watch import comes
from waybill_ops.submission.command import submit_command
from waybill_ops.submission.flags import Ready


@dataclass(frozen=True)
class Driver:
    """One run of the application; ``stop`` is its stop file."""

    program: Program
    stop: Path


@dataclass
class Stage:
    """Where faults are caused. ``env`` names the scratch places to every child. ``usual`` is the length of a run that
    nothing disturbs, in seconds; the first round finds it."""

    plan: Plan
    ready: Ready
    env: Mapping[str, str]
    programs: Programs
    sender: Sender
    watch: Watch
    usual: float = 0.0

    def cause(self, one: Round) -> Outcome:
        """The round, to its end."""
        self.sender.send(one.before)
        match one.fault:
            case None:
                return self._undisturbed(one)
            case Fault.KILL_DRIVER:
                return self._strike(one, self._kill)
            case Fault.FREEZE_DRIVER:
                return self._strike(one, self._overtake)
            case Fault.STOP_DRIVER:
                return self._strike(one, lambda driver: self._stop(driver, by_signal=one.by_signal))
            case Fault.RACE:
                return self._race(one)
            case Fault.KILL_PRODUCER:
                return self._kill_producer(one)

    def _undisturbed(self, one: Round) -> Outcome:
        driver = self._driver("undisturbed")
        self.sender.send(one.during)
        return Outcome(one.number, caused=0, codes=(self._full(driver),))

    def _strike(self, one: Round, act: Callable[[Driver], tuple[int, ...]]) -> Outcome:
        """A driver that meets ``act`` at its moment; if it is over before that, another one halfway through its run."""
        codes: tuple[int, ...] = ()
        for moment in (one.moment, HALFWAY):
            reached = self.watch.awaiting(moment, self.usual)
            driver = self._driver(str(one.fault))
            if moment is one.moment:
                self.sender.send(one.during)
            if reached(driver.program):
                others, code = act(driver), driver.program.code()
                caused = one.fault is not Fault.KILL_DRIVER or code == KILLED
                return Outcome(one.number, caused=int(caused), codes=(*codes, *others, code))
            codes = (*codes, self._full(driver))
        return Outcome(one.number, caused=0, codes=codes)

    def _kill(self, driver: Driver) -> tuple[int, ...]:
        driver.program.kill()
        return ()

    def _stop(self, driver: Driver, *, by_signal: bool) -> tuple[int, ...]:
        if by_signal:
            driver.program.signal(signal.SIGTERM)
        else:
            driver.stop.touch()
        return ()

    def _overtake(self, driver: Driver) -> tuple[int, ...]:
        """Frozen while another one runs from start to end, then woken: a zombie."""
        driver.program.signal(signal.SIGSTOP)
        code = self._full(self._driver("overtaking"))
        driver.program.signal(signal.SIGCONT)
        return (code,)

    def _race(self, one: Round) -> Outcome:
        first = self._driver("race")
        self.watch.awaiting(one.moment, self.usual)(first.program)
        caused = first.program.runs
        second = self._driver("race")
        self.sender.send(one.during)
        codes = first.program.code(), second.program.code()
        return Outcome(one.number, caused=int(caused), codes=codes)

    def _kill_producer(self, one: Round) -> Outcome:
        """Killed beside a driver that runs; another one goes on from what Kafka shows."""
        driver = self._driver("beside")
        errand = Errand(self.plan.seed, one.during, hold=one.during[0].first + one.moment.count - 1)
        child = self.programs.start("producer", child_command(errand, self.ready.bundle), self.env)
        if comes(lambda: held(child.lines()), child):
            child.kill()
        producer = child.code()
        self.sender.acknowledged |= committed(child.lines())
        self.sender.send(self.sender.settle(one.during))
        return Outcome(one.number, caused=int(producer == KILLED), codes=(producer, driver.program.code()))

    def _full(self, driver: Driver) -> int:
        """The exit code of a run that nothing disturbed; the shortest that succeeds is the usual length."""
        code = driver.program.code()
        length = time.monotonic() - driver.program.began
        if code == OK:
            self.usual = min(self.usual or length, length)
        return code

    def _driver(self, name: str) -> Driver:
        stop = self.programs.folder / f"{len(self.programs.started):03d}-{name}.stop"
        command = submit_command(self.ready.submission(stop))
        return Driver(self.programs.start(name, command, {**self.env, **self.ready.environment}), stop)
