"""The programs under test, as child processes that can be killed, frozen and woken."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faults.zygote import Forked, Zygote

from waybill_sandbox.process import Child, Command

BOUND_SECONDS = 120.0
LAUNCHER = "import sys\nfrom waybill_spark.cli import main\nsys.exit(main())\n"
SPARK_CONF = (
    "spark.ui.enabled=false",
    "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    f"spark.pyspark.python={sys.executable}",
    f"spark.pyspark.driver.python={sys.executable}",
    f"spark.executorEnv.PYTHONPATH={os.pathsep.join(sys.path)}",
)


@dataclass(frozen=True)
class Program:
    """One started process with its whole group."""

    name: str
    child: Child | Forked

    def code(self) -> int:
        """The exit code; an error, with the log, after two minutes."""
        code = self.child.wait(BOUND_SECONDS)
        assert code is not None, f"{self.name} did not end:\n{self.child.log_tail()}"
        return code

    def ended_with(self, *codes: int) -> int:
        code = self.code()
        assert code in codes, f"{self.name} ended with {code}, not {codes}:\n{self.child.log_tail()}"
        return code

    def kill(self) -> None:
        self.child.kill()

    def terminate(self) -> None:
        self.child.terminate()

    def freeze(self) -> None:
        os.killpg(self.child.pid, signal.SIGSTOP)

    def wake(self) -> None:
        os.killpg(self.child.pid, signal.SIGCONT)

    def log(self) -> str:
        return self.child.command.log.read_text(errors="replace")

    def said(self) -> str:
        """All of its stdout."""
        assert self.child.command.output is not None
        return self.child.command.output.read_text()

    def summary(self) -> dict[str, Any]:
        """Its line on stdout."""
        return dict(json.loads(self.said().splitlines()[-1]))


@dataclass
class Programs:
    """Starts them in ``folder``; ``stop`` ends what still runs."""

    folder: Path
    env: Mapping[str, str]
    zygote: Zygote
    started: list[Program] = field(default_factory=list)

    def python(self, name: str, module: str, flags: Mapping[str, object], env: Mapping[str, str]) -> Program:
        """``module`` is one of the zygote's."""
        return self._added(name, self.zygote.start(self._command(name, (module, *_words(flags)), env)))

    def spark(
        self,
        flags: Mapping[str, object],
        *,
        home: Path,
        jars: Sequence[Path],
        master: str,
        conf: Sequence[str],
    ) -> Program:
        launcher = self.folder / "launcher.py"
        launcher.write_text(LAUNCHER)
        words = [str(home / "bin" / "spark-submit"), "--master", master]
        words += ["--jars", ",".join(str(jar) for jar in jars)]
        for pair in (*SPARK_CONF, *conf):
            words += ["--conf", pair]
        own = {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
        return self._start("spark", (*words, str(launcher), *_words(flags)), own)

    def _start(self, name: str, argv: tuple[str, ...], env: Mapping[str, str]) -> Program:
        return self._added(name, Child(self._command(name, argv, env)))

    def _command(self, name: str, argv: tuple[str, ...], env: Mapping[str, str]) -> Command:
        log, output = (self.folder / f"{len(self.started)}-{name}.{end}" for end in ("log", "out"))
        return Command(name, argv, {**self.env, **env}, log=log, cwd=self.folder, output=output)

    def _added(self, name: str, child: Child | Forked) -> Program:
        program = Program(name, child)
        self.started.append(program)
        return program

    def stop(self) -> None:
        for program in self.started:
            program.kill()


def _words(flags: Mapping[str, object]) -> list[str]:
    return [f"--{name}={value}" for name, value in flags.items() if value is not None]
