"""Running a verb: inside this process, as a program from the sources, or as a built artifact."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import structlog
from edges.case import Case, Row
from edges.delivering import delivered
from edges.verbs import Verb

from waybill_ops.cli import main

Mode = Literal["inside", "sources", "artifacts"]

BOUND_SECONDS = 300
_PRODUCER = "import sys; from waybill_producer.cli import main; sys.exit(main())"
_WAYBILL = "import sys; from waybill_ops.cli import main; sys.exit(main())"


@dataclass(frozen=True)
class Programs:
    """``dist`` holds the built artifacts. ``places`` fill in a verb's words. Without ``spark_inside`` the splits of
    `submit` are carried in this process, where the mode says so.
    """

    mode: Mode
    dist: Path
    places: Mapping[str, str] = field(default_factory=dict)
    spark_inside: bool = True

    def run(self, verb: Verb, case: Case, env: Mapping[str, str], folder: Path) -> Row:
        """``env`` is its whole environment, ``folder`` where it starts."""
        words = [word.format_map(self.places) for word in verb.words]
        began = time.monotonic()
        if self.mode == "inside" and verb.name == "submit" and not self.spark_inside:
            code, said = inside(delivered, env, folder)
        elif self.mode == "inside" and verb.program == "waybill" and not verb.own_process:
            code, said = inside(lambda: main(words), env, folder)
        else:  # a producer keeps signal handlers, and a driver starts programs of its own
            code, said = self._outside(verb, words, env, folder)
        return Row(
            case=case.id,
            verb=verb.name,
            expected=case.code_of(verb.name),
            code=code,
            seconds=time.monotonic() - began,
            said=_gist(said),
            lacks=tuple(text for text in case.texts if verb.name not in case.but and text not in said),
            shows=tuple(secret for secret in case.secrets if secret in said),
        )

    def _outside(self, verb: Verb, words: list[str], env: Mapping[str, str], folder: Path) -> tuple[int, str]:
        done = subprocess.run(
            [*self._program(verb.program), *words],
            env={**env, **self.path(env)},
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=BOUND_SECONDS,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    @property
    def waybill(self) -> list[str]:
        return self._program("waybill")

    def _program(self, name: Literal["waybill", "producer"]) -> list[str]:
        if self.mode == "artifacts":
            return [str(self.dist / f"{name}.pex")]
        return [sys.executable, "-c", _PRODUCER if name == "producer" else _WAYBILL]

    def path(self, env: Mapping[str, str]) -> dict[str, str]:
        """Each case has a HOME of its own; what programs unpack there they unpack once for all of them."""
        if self.mode == "artifacts":
            # Spark's Python is a PEX too, and gets no variable of Pex's.
            unpacked = Path(env["HOME"]) / ".pex"
            if not unpacked.exists():
                unpacked.symlink_to(self.places["cache"])
            return {"PEX_ROOT": self.places["cache"], "XDG_CACHE_HOME": self.places["cache"]}
        return {"PYTHONPATH": os.pathsep.join(sys.path)}


def bundle_of_sources(folder: Path, manifest: Path, spark_home: Path) -> Path:
    """What ``submit`` takes for a bundle: this Python, with the sources and Spark's pyspark, in the PEX's place."""
    path = os.pathsep.join([str(spark_home.parent), *sys.path])
    pex = folder / "spark_app.pex"
    pex.write_text(f'#!/bin/sh\nPYTHONPATH="{path}" exec "{sys.executable}" "$@"\n')
    pex.chmod(0o755)
    (folder / "launcher.py").write_text("import sys\nfrom waybill_spark.cli import main\nsys.exit(main())\n")
    (folder / "jars.json").write_bytes(manifest.read_bytes())
    return folder


def inside(command: Callable[[], int], env: Mapping[str, str], folder: Path) -> tuple[int, str]:
    said = io.StringIO()
    with (
        _environment(env),
        contextlib.chdir(folder),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        try:
            code = command()
        except SystemExit as ended:
            code = int(ended.code or 0)
        finally:
            structlog.reset_defaults()
            structlog.contextvars.clear_contextvars()
    return code, said.getvalue()


@contextlib.contextmanager
def _environment(env: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _gist(said: str) -> str:
    """The message's first line, or the last that was said."""
    lines = [line for line in said.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith("waybill: ")]
    return (told or lines or [""])[-1].removeprefix("waybill: ").strip()
