"""The delivery task: what it asks ``waybill submit``, what it starts, and what the end of that means."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from dags.conftest import Programs
from waiting import wait_until
from waybill_dags.program import ProgramEnded, ProgramRefused
from waybill_dags.spark_operator import CONNECTION, DriverHook, SparkDeliveryOperator

from waybill_common.errors import exit_codes

CONN_VARIABLE = f"AIRFLOW_CONN_{CONNECTION.upper()}"
SECRET = "WAYBILL_LAKE__SECRET_ACCESS_KEY"  # a name


@pytest.fixture
def machine(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """``waybill submit`` answers with what it was asked in ``asked``; spark-submit writes its words to ``words``."""
    folder = programs.folder
    told = {
        "spark_submit": str(folder / "spark-submit"),
        "environment": {"SPARK_HOME": "/checked/spark"},
        "application": "/b/launcher.py",
        "files": ["/b/spark_app.pex"],
        "jars": ["/j/a.jar", "/j/b.jar"],
        "conf": {"spark.pyspark.python": "./spark_app.pex"},
    }
    programs.write(
        "waybill.pex",
        f"""printf '%s\\n' "$@" > {folder}/asked
        while [ "$1" != -- ]; do shift; done; shift
        words=$(printf '"%s",' "$@"); echo said on stderr >&2
        echo '{json.dumps(told)[:-1]}, "arguments": ['"${{words%,}}"']}}'""",
    )
    programs.write("spark-submit", f"""printf '%s\\n' "$@" > {folder}/words; env > {folder}/env""")
    monkeypatch.setenv("AIRFLOW_VAR_WAYBILL_ENVIRONMENT", json.dumps({SECRET: "hush"}))
    return programs


def operator(machine: Programs) -> SparkDeliveryOperator:
    return SparkDeliveryOperator(
        task_id="deliver", home=str(machine.folder), options=["--delivery.trigger=available-now"]
    )


def run(machine: Programs) -> list[str]:
    operator(machine).execute(Context())
    return (machine.folder / "words").read_text().splitlines()


def after(words: list[str], name: str) -> str:
    return words[words.index(name) + 1]


def test_it_starts_what_submit_says_and_nothing_else(machine: Programs) -> None:
    words = run(machine)
    assert after(words, "--files") == "/b/spark_app.pex"
    assert after(words, "--jars") == "/j/a.jar,/j/b.jar"
    assert after(words, "--conf") == "spark.pyspark.python=./spark_app.pex"
    assert after(words, "--name") == "SparkStructuredStreamingToS3"
    assert words[-3:-1] == ["/b/launcher.py", "--delivery.trigger=available-now"]
    assert words[-1].startswith("--stop-file=")
    asked = (machine.folder / "asked").read_text().splitlines()
    assert after(asked, "--bundle") == f"{machine.folder}/spark_app.zip"
    assert {"--print", "--json"} <= set(asked)


@pytest.mark.parametrize(
    ("connection", "master"),
    [
        (None, "local[*,4]"),
        ("spark://spark-master:7077", "spark://spark-master:7077"),
        ('{"conn_type": "spark", "host": "local[2]"}', "local[2]"),
        ('{"conn_type": "spark", "host": "spark://a:7077,b:7077"}', "spark://a:7077,b:7077"),
        ('{"conn_type": "spark", "host": "yarn", "extra": {"deploy-mode": "client"}}', "yarn"),
    ],
    ids=["none", "URI", "local", "two masters", "YARN"],
)
def test_the_master_is_the_connections(
    connection: str | None, master: str, machine: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection:
        monkeypatch.setenv(CONN_VARIABLE, connection)
    words = run(machine)
    assert after(words, "--master") == master
    assert after((machine.folder / "asked").read_text().splitlines(), "--master") == master


def test_cluster_mode_is_refused(machine: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        CONN_VARIABLE, '{"conn_type": "spark", "host": "yarn", "extra": {"deploy-mode": "cluster"}}'
    )
    with pytest.raises(AirflowFailException, match="waybill_spark has deploy-mode 'cluster'"):
        run(machine)


@pytest.mark.parametrize("master", ["local[*]", "yarn"])
def test_settings_travel_in_the_environment_and_are_in_no_word_or_field(
    master: str, machine: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CONN_VARIABLE, json.dumps({"conn_type": "spark", "host": master}))
    deliver = operator(machine)
    deliver.execute(Context())
    seen = (machine.folder / "env").read_text().splitlines()
    assert f"{SECRET}=hush" in seen
    assert "SPARK_HOME=/checked/spark" in seen
    assert "hush" not in (machine.folder / "words").read_text()
    assert "hush" not in str([getattr(deliver, field) for field in deliver.template_fields])
    assert deliver.env_vars is None


@pytest.mark.parametrize("code", exit_codes(), ids=lambda code: exit_codes()[code].__name__)
def test_sparks_exit_code_decides_as_any_programs_does(code: int, machine: Programs) -> None:
    machine.write("spark-submit", f"exit {code}")
    with pytest.raises(ProgramEnded, match=f"spark-submit ended with exit code {code}") as raised:
        run(machine)
    assert isinstance(raised.value, ProgramRefused) is not exit_codes()[code].transient
    assert raised.value.exit_code == code


@pytest.mark.parametrize("end", ["exit 1", "kill -9 $$"], ids=["Spark's own", "killed"])
def test_another_end_is_tried_again(end: str, machine: Programs) -> None:
    machine.write("spark-submit", end)
    with pytest.raises(ProgramEnded) as raised:
        run(machine)
    assert not isinstance(raised.value, AirflowFailException)


def test_what_submit_refuses_is_refused(machine: Programs) -> None:
    machine.write("waybill.pex", "exit 51")
    with pytest.raises(ProgramRefused, match="JarMismatch"):
        run(machine)
    assert not (machine.folder / "words").exists()


def test_a_missing_tool_fails_at_once_and_names_the_path(programs: Programs) -> None:
    with pytest.raises(AirflowFailException, match=r"waybill\.pex can't be run.*waybill_home"):
        operator(programs).execute(Context())


WAITS = "import os, signal, sys, waybill_dags.spark_operator as spark\n"
WAITS += "spark.PATIENCE_SECONDS = 1.0\n"
WAITS += "op = spark.SparkDeliveryOperator(task_id='deliver', home=sys.argv[1], options=[])\n"
WAITS += "signal.signal(signal.SIGTERM, lambda *_: op.on_kill())\n"
WAITS += "op.execute({})\n"


def start(machine: Programs, body: str) -> tuple[subprocess.Popen[str], int]:
    """The operator in a process of its own, and the process id of its spark-submit."""
    machine.write(
        "spark-submit", f'echo $$ > {machine.folder}/pid.new; mv {machine.folder}/pid.new "$PID"\n{body}'
    )
    pid = machine.folder / "pid"
    process = subprocess.Popen(
        [sys.executable, "-c", WAITS, str(machine.folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PID": str(pid)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wait_until(pid.exists, "no process began")
    return process, int(pid.read_text())


def alive(pid: int) -> bool:
    """A zombie, which nobody has waited for yet, is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


STOPS = 'for word; do stop=${word#--stop-file=}; done\nuntil [ -e "$stop" ]; do sleep 0.05; done'


def test_an_ended_task_asks_for_an_end_after_the_commit_in_hand(machine: Programs) -> None:
    process, pid = start(machine, STOPS)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert "did so after the commit in hand" in said
    assert (process.returncode, alive(pid)) == (1, False)


def test_an_ended_task_does_not_wait_for_ever(machine: Programs) -> None:
    process, pid = start(machine, "exec sleep 300")
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert "spark-submit ended with exit code -9" in said
    assert not alive(pid)


def test_a_killed_tasks_driver_ends_with_it(machine: Programs) -> None:
    process, pid = start(machine, "exec sleep 300")
    process.kill()
    process.communicate(timeout=30)
    wait_until(lambda: not alive(pid), "the driver lives on", seconds=10)


def test_the_hook_has_nothing_to_end_before_it_submitted() -> None:
    hook = DriverHook()
    assert (hook.master, hook.exit_code, hook.ended_within(0)) == ("local[*,4]", 0, True)
    with pytest.raises(AirflowException):
        SparkDeliveryOperator(task_id="deliver", home="/nowhere", options=[]).execute(Context())
