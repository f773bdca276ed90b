"""Drivers of the engines that take turns, as processes: how each is started, and asked to end."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from waybill_common.settings import DELIVERING, with_settings
from waybill_ops.engine import Engine
from waybill_ops.prove.chosen_engines import ChosenEngines
from waybill_ops.prove.programs import Program, Programs, this_program
from waybill_ops.submission import submit_command


@dataclass(frozen=True)
class RunningDriver:
    """One run of an engine; ``stop`` is the stop file of the Spark application."""

    engine: Engine
    program: Program
    stop: Path

    def ask_to_end(self, *, by_signal: bool) -> None:
        """``by_signal``: SIGTERM to the whole group. Else as its own verb is ended: by its stop file, or by SIGTERM to
        it alone."""
        if by_signal:
            self.program.signal(signal.SIGTERM)
        elif self.engine is Engine.SPARK:
            self.stop.touch()
        elif self.program.runs:
            os.kill(self.program.process.pid, signal.SIGTERM)


@dataclass(frozen=True)
class Drivers:
    """Starts them. ``env`` names the scratch topic and lake to each."""

    chosen: ChosenEngines
    env: Mapping[str, str]
    programs: Programs

    def engine(self, turn: int) -> Engine:
        return self.chosen.engines[turn % len(self.chosen.engines)]

    def start(self, name: str, turn: int) -> RunningDriver:
        engine = self.engine(turn)
        stop = self.programs.folder / f"{len(self.programs.started):03d}-{name}.stop"
        if self.chosen.spark is None or engine is Engine.LOCAL:
            program = self.programs.start(f"{name}-{engine}", this_program("deliver"), self.env)
            return RunningDriver(engine, program, stop)
        command = submit_command(self.chosen.spark.submission(stop))
        env = {**with_settings(self.env, DELIVERING), **self.chosen.spark.environment}
        return RunningDriver(engine, self.programs.start(f"{name}-{engine}", command, env), stop)
