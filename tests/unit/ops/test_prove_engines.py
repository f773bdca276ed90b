"""Which engines ``waybill prove`` is about: those that are here, or those that were named."""

from __future__ import annotations

import os
import signal
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
from processes import runs
from waiting import wait_until

from waybill_common.cli import Parser
from waybill_common.errors import EnvironmentMissing, SettingsRefused
from waybill_ops import later
from waybill_ops.cli import main
from waybill_ops.commands import prove as verb
from waybill_ops.engine import Engine
from waybill_ops.prove import chosen_engines, drivers
from waybill_ops.prove.chosen_engines import ChosenEngines, choose_engines
from waybill_ops.prove.drivers import Drivers
from waybill_ops.prove.programs import programs_in

LOCAL, SPARK = Engine.LOCAL, Engine.SPARK


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """A PATH with a ``java`` and a ``spark-submit``, neither of which is ever run here."""
    for name in ("java", "spark-submit"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o755)
    return {"PATH": str(tmp_path)}


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen_engines, "make_ready", lambda *_: "ready")


def flags(*words: str) -> Namespace:
    parser = Parser(prog="prove")
    verb.add_arguments(parser)
    found: Namespace = parser.parse_args(words)
    return found


def choose(environ: dict[str, str], *words: str) -> ChosenEngines:
    cache: Any = None
    return choose_engines(flags(*words), environ, cache)


def test_both_take_turns_where_both_are(machine: dict[str, str]) -> None:
    found = choose(machine, "--bundle=x")
    assert (found.engines, found.left_out) == ((LOCAL, SPARK), {})
    assert str(found.spark) == "ready"


@pytest.mark.parametrize(
    ("environ", "words", "why"),
    [
        ({"PATH": "/nowhere"}, ["--bundle=x"], "There is no java on PATH"),
        ({}, ["--bundle=x", "--json"], "There is no java on PATH"),
        ({"PATH": "/nowhere"}, [], "No --bundle was given"),
        ({"PATH": "/nowhere", "JAVA_HOME": "/j"}, ["--bundle=x"], "There is no SPARK_HOME"),
    ],
    ids=["no java", "no PATH", "no bundle", "no Spark"],
)
def test_an_engine_that_is_not_here_is_left_out_and_that_is_said(
    environ: dict[str, str], words: list[str], why: str
) -> None:
    found = choose(environ, *words)
    assert (found.engines, found.spark) == ((LOCAL,), None)
    assert found.left_out[SPARK].startswith(why)


@pytest.mark.parametrize("text", ["spark,local", "local,spark"])
def test_named_ones_take_turns_in_one_order(text: str, machine: dict[str, str]) -> None:
    assert choose(machine, f"--engines={text}", "--bundle=x").engines == (LOCAL, SPARK)


def test_one_that_was_named_is_not_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise EnvironmentMissing("There is no java on PATH.", allowed="a", remedy="b")

    monkeypatch.setattr(chosen_engines, "make_ready", missing)
    with pytest.raises(EnvironmentMissing, match="no java"):
        choose({"PATH": "/nowhere"}, "--engines=local,spark", "--bundle=x")


def test_a_java_that_is_here_and_of_no_use_is_told(
    machine: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    with pytest.raises(EnvironmentMissing, match="does not tell its release"):
        choose(machine, "--bundle=x")


def test_without_the_local_engines_wheel_spark_is_alone(
    machine: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later, "is_here", lambda _: False)
    assert choose(machine, "--bundle=x").engines == (SPARK,)
    with pytest.raises(EnvironmentMissing, match="There is no engine"):
        choose({"PATH": "/nowhere"})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--engines=local", "--bundle=x"], "--bundle was given, and the engine is local."),
        (["--master=local[2]"], "--master was given, and the engine is local."),
        (["--engines=spark"], "--bundle was not given, and the engine is spark."),
        (["--engines=local,spark"], "--bundle was not given, and the engine is local and spark."),
        (["--engines=spark", "--bundle=x", "--delivery.workers=2"], "--delivery.workers was given"),
    ],
    ids=" ".join,
)
def test_flags_of_an_engine_that_does_not_take_part_are_refused(
    words: list[str], said: str, machine: dict[str, str]
) -> None:
    with pytest.raises(SettingsRefused) as raised:
        choose(machine, *words)
    assert said in str(raised.value)


@pytest.mark.parametrize("text", ["", "Local", "local,", "spark,flink"])
def test_engines_that_there_are_not_are_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", f"--engines={text}"]) == 2
    assert "allowed: a list of local,spark." in capsys.readouterr().err


FORKS = """
import os, sys, time
os.chdir(sys.argv[1])
os.fork()
open(f"pid-{os.getpid()}", "w").close()
time.sleep(60)
"""


@pytest.mark.parametrize("by_signal", [True, False], ids=["the group", "it alone"])
def test_the_local_engine_is_asked_to_end_by_sigterm(
    by_signal: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its workers hear it only where the whole group does."""
    monkeypatch.setattr(drivers, "this_program", lambda *_: (sys.executable, "-c", FORKS, str(tmp_path)))
    with programs_in(tmp_path) as programs:
        driver = Drivers(ChosenEngines((LOCAL,)), os.environ, programs).start("stop-driver", 7)
        wait_until(lambda: len([*tmp_path.glob("pid-*")]) == 2, "it does not start")
        [worker] = {int(one.name[4:]) for one in tmp_path.glob("pid-*")} - {driver.program.process.pid}
        driver.ask_to_end(by_signal=by_signal)
        assert driver.program.code() == 128 + signal.SIGTERM
        if by_signal:
            wait_until(lambda: not runs(worker), "it was not asked")
        else:
            assert runs(worker)
            os.kill(worker, signal.SIGKILL)
