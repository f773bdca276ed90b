"""Causing each fault: a driver or a producer, and what happens to it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from waybill_common.errors import OK
from waybill_common.settings import with_settings
from waybill_ops.prove.fault_plan import HALFWAY, ProofFault, ProofPlan, Round
from waybill_ops.prove.producer_process import PRODUCER_SETTINGS, SendTask, child_command, committed, held
from waybill_ops.prove.programs import KILLED, Program, Programs
from waybill_ops.prove.proof import RoundOutcome
from waybill_ops.prove.sender import Sender
from waybill_ops.prove.watch import Watch, comes
from waybill_ops.submission import Ready, submit_command


@dataclass(frozen=True)
class RunningDriver:
    """One run of the application; ``stop`` is its stop file."""

    program: Program
    stop: Path


@dataclass
class Stage:
    """Where faults are caused. ``env`` names the scratch topic and lake to every child. ``undisturbed`` is how many
    seconds a run takes that nothing disturbs; the first round finds it."""

    plan: ProofPlan
    ready: Ready
    env: Mapping[str, str]
    programs: Programs
    sender: Sender
    watch: Watch
    undisturbed: float = 0.0

    def cause(self, one: Round) -> RoundOutcome:
        """Run the round to its end."""
        self.sender.send(one.before)
        match one.fault:
            case None:
                return self._undisturbed(one)
            case ProofFault.KILL_DRIVER:
                return self._strike(one, self._kill)
            case ProofFault.FREEZE_DRIVER:
                return self._strike(one, self._overtake)
            case ProofFault.STOP_DRIVER:
                return self._strike(one, lambda driver: self._stop(driver, by_signal=one.by_signal))
            case ProofFault.RACE:
                return self._race(one)
            case ProofFault.KILL_PRODUCER:
                return self._kill_producer(one)

    def _undisturbed(self, one: Round) -> RoundOutcome:
        driver = self._driver("undisturbed")
        self.sender.send(one.during)
        return RoundOutcome(one.number, caused=0, codes=(self._full(driver),))

    def _strike(self, one: Round, act: Callable[[RunningDriver], tuple[int, ...]]) -> RoundOutcome:
        """Start a driver and ``act`` on it at the moment; if it ends before, act on another halfway through its run."""
        codes: tuple[int, ...] = ()
        for moment in (one.moment, HALFWAY):
            reached = self.watch.awaiting(moment, self.undisturbed)
            driver = self._driver(str(one.fault))
            if moment is one.moment:
                self.sender.send(one.during)
            if reached(driver.program):
                others, code = act(driver), driver.program.code()
                caused = one.fault is not ProofFault.KILL_DRIVER or code == KILLED
                return RoundOutcome(one.number, caused=int(caused), codes=(*codes, *others, code))
            codes = (*codes, self._full(driver))
        return RoundOutcome(one.number, caused=0, codes=codes)

    def _kill(self, driver: RunningDriver) -> tuple[int, ...]:
        driver.program.kill()
        return ()

    def _stop(self, driver: RunningDriver, *, by_signal: bool) -> tuple[int, ...]:
        if by_signal:
            driver.program.signal(signal.SIGTERM)
        else:
            driver.stop.touch()
        return ()

    def _overtake(self, driver: RunningDriver) -> tuple[int, ...]:
        """A zombie: a driver frozen while another one runs from start to end, then woken."""
        driver.program.signal(signal.SIGSTOP)
        code = self._full(self._driver("overtaking"))
        driver.program.signal(signal.SIGCONT)
        return (code,)

    def _race(self, one: Round) -> RoundOutcome:
        first = self._driver("race")
        self.watch.awaiting(one.moment, self.undisturbed)(first.program)
        caused = first.program.runs
        second = self._driver("race")
        self.sender.send(one.during)
        codes = first.program.code(), second.program.code()
        return RoundOutcome(one.number, caused=int(caused), codes=codes)

    def _kill_producer(self, one: Round) -> RoundOutcome:
        """A producer killed beside a driver that runs; another one goes on from what Kafka shows."""
        driver = self._driver("beside")
        task = SendTask(self.plan.seed, one.during, hold=one.during[0].first + one.moment.count - 1)
        child = self.programs.start(
            "producer", child_command(task, self.ready.bundle), with_settings(self.env, PRODUCER_SETTINGS)
        )
        if comes(lambda: held(child.lines()), child):
            child.kill()
        producer = child.code()
        self.sender.acknowledged |= committed(child.lines())
        self.sender.send(self.sender.settle(one.during))
        return RoundOutcome(
            one.number, caused=int(producer == KILLED), codes=(producer, driver.program.code())
        )

    def _full(self, driver: RunningDriver) -> int:
        """The exit code of a run that nothing disturbed; the shortest that succeeds is the undisturbed length."""
        code = driver.program.code()
        length = time.monotonic() - driver.program.began
        if code == OK:
            self.undisturbed = min(self.undisturbed or length, length)
        return code

    def _driver(self, name: str) -> RunningDriver:
        stop = self.programs.folder / f"{len(self.programs.started):03d}-{name}.stop"
        command = submit_command(self.ready.submission(stop))
        return RunningDriver(self.programs.start(name, command, {**self.env, **self.ready.environment}), stop)
