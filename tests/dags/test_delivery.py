"""The delivery task's engine is a Variable: Spark without one, or ``waybill deliver`` on the worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowFailException
from dags.conftest import Programs
from processes import runs
from waiting import wait_until
from waybill_dags.delivery_operator import ENGINE, DeliveryOperator
from waybill_dags.program import ProgramEnded, ProgramRefused
from waybill_dags.spark_operator import SparkDeliveryOperator

from waybill_common.errors import exit_codes

OPTIONS = ["--delivery.trigger=available-now", "--delivery.accept-loss=false"]


def operator(machine: Programs, engine: str = "local") -> DeliveryOperator:
    return DeliveryOperator(task_id="deliver", home=str(machine.folder), options=OPTIONS, engine=engine)


def run(machine: Programs, engine: str = "local") -> None:
    operator(machine, engine).execute(Context())


def test_local_runs_deliver_of_the_same_folder_with_the_same_options(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No spark-submit, no bundle, no Java: none of them is there."""
    given = {"WAYBILL_LAKE__URL": "s3://lake", "WAYBILL_PSEUDONYM__KEY": "hush"}
    monkeypatch.setenv("AIRFLOW_VAR_WAYBILL_ENVIRONMENT", json.dumps(given))
    folder = programs.folder
    programs.write("waybill.pex", f"""printf '%s\\n' "$@" > {folder}/words; env > {folder}/env""")
    run(programs)
    assert (folder / "words").read_text().splitlines() == ["deliver", *OPTIONS]
    seen = (folder / "env").read_text()
    assert "WAYBILL_LAKE__URL=s3://lake" in seen
    assert "hush" not in seen


def test_spark_is_submitted_as_before(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(SparkDeliveryOperator, "execute", lambda *_: asked.append("spark"))
    run(programs, "spark")
    assert asked == ["spark"]


@pytest.mark.parametrize(
    ("variable", "engine"), [(None, "spark"), ("local", "local"), ("spark", "spark")], ids=str
)
def test_the_variable_says_which_and_is_read_when_the_task_runs(
    variable: str | None, engine: str, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variable:
        monkeypatch.setenv("AIRFLOW_VAR_WAYBILL_ENGINE", variable)
    task = operator(programs, ENGINE)
    task.render_template_fields(Context(var={"value": VariableAccessor()}))
    assert task.engine == engine


class VariableAccessor:
    """As Airflow's ``var.value``, whose module is private."""

    def get(self, name: str, default: str) -> str:
        from airflow.sdk import Variable

        return str(Variable.get(name, default=default))


@pytest.mark.parametrize("engine", ["Local", "", "flink", "local\n"])
def test_an_engine_that_there_is_not_fails_at_once(engine: str, programs: Programs) -> None:
    programs.write("waybill.pex", f"touch {programs.folder}/started")
    with pytest.raises(AirflowFailException, match=r"waybill_engine is .*Allowed: local or spark\. Remedy"):
        run(programs, engine)
    assert not (programs.folder / "started").exists()


def test_a_missing_pex_fails_at_once_and_names_the_path(programs: Programs) -> None:
    with pytest.raises(AirflowFailException, match=r"/waybill\.pex can't be run.*waybill_home"):
        run(programs)


@pytest.mark.parametrize("code", exit_codes(), ids=lambda code: exit_codes()[code].__name__)
def test_delivers_exit_code_decides_as_any_programs_does(code: int, programs: Programs) -> None:
    programs.write("waybill.pex", f"exit {code}")
    with pytest.raises(ProgramEnded, match=rf"waybill\.pex ended with exit code {code}") as raised:
        run(programs)
    assert isinstance(raised.value, ProgramRefused) is not exit_codes()[code].transient


WAITS = """
import os, signal, sys, waybill_dags.delivery_operator as delivery
delivery.PATIENCE_SECONDS = 1.0
op = delivery.DeliveryOperator(task_id='deliver', home=sys.argv[1], options=[], engine='local')
signal.signal(signal.SIGTERM, lambda *_: op.on_kill())
op.execute({})
"""


def start(machine: Programs, body: str) -> tuple[subprocess.Popen[str], int]:
    """The operator in a process of its own, and the process id of its ``waybill deliver``."""
    pid: Path = machine.folder / "pid"
    trap, _, rest = body.partition("; while")
    machine.write("waybill.pex", f"{trap}\necho $$ > {pid}.new; mv {pid}.new {pid}\nwhile{rest}")
    process = subprocess.Popen(
        [sys.executable, "-c", WAITS, str(machine.folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wait_until(pid.exists, "no process began")
    return process, int(pid.read_text())


def test_an_ended_task_asks_for_an_end_after_the_commit_in_hand_and_is_not_done(programs: Programs) -> None:
    process, pid = start(programs, "trap 'exit 0' TERM; while :; do sleep 0.05; done")
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert "did so after the commit in hand" in said
    assert (process.returncode, runs(pid)) == (1, False)


def test_an_ended_task_asks_a_second_time_and_that_ends_it_at_once(programs: Programs) -> None:
    slow = "trap 'trap \"exit 143\" TERM' TERM; while :; do sleep 0.05; done"
    process, pid = start(programs, slow)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert "waybill.pex ended with exit code 143" in said
    assert not runs(pid)


def test_a_killed_tasks_delivery_ends_with_it(programs: Programs) -> None:
    process, pid = start(programs, "trap 'exit 0' TERM; while :; do sleep 0.05; done")
    process.kill()
    process.communicate(timeout=30)
    wait_until(lambda: not runs(pid), "it lives on", seconds=10)
