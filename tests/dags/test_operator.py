"""A task's end follows from its program's exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from waybill_dags.operator import ProgramOperator
from waybill_dags.program import option
from waybill_dags.verdict import TaskVerdict, explain, verdict

from waybill_common.errors import exit_codes


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_VAR_WAYBILL_ENVIRONMENT", json.dumps({"WAYBILL_LAKE__URL": "file:///lake"}))


def run(folder: Path, body: str) -> None:
    program = folder / "producer.pex"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
    ProgramOperator(task_id="run", command=[str(program), "argument"]).execute(Context())


@pytest.mark.parametrize("code", exit_codes(), ids=lambda code: exit_codes()[code].__name__)
def test_documented_codes_are_retried_exactly_where_they_are_transient(code: int) -> None:
    assert verdict(code) is (TaskVerdict.RETRY if exit_codes()[code].transient else TaskVerdict.FAIL)
    assert exit_codes()[code].__name__ in explain("producer.pex", code)


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        (0, TaskVerdict.DONE),
        (1, TaskVerdict.RETRY),
        (-9, TaskVerdict.RETRY),
        (137, TaskVerdict.RETRY),
        (127, TaskVerdict.FAIL),
    ],
    ids=["success", "bug", "killed", "killed below", "no such program"],
)
def test_other_codes(code: int, wanted: TaskVerdict) -> None:
    assert verdict(code) is wanted


@pytest.mark.usefixtures("settings")
def test_a_program_gets_its_settings_through_the_environment(tmp_path: Path) -> None:
    run(tmp_path, f'echo "$WAYBILL_LAKE__URL $1" > {tmp_path}/seen')
    assert (tmp_path / "seen").read_text() == "file:///lake argument\n"


@pytest.mark.usefixtures("settings")
def test_the_workers_own_python_path_is_not_the_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/the/workers")
    run(tmp_path, f'echo "<$PYTHONPATH>" > {tmp_path}/seen')
    assert (tmp_path / "seen").read_text() == "<>\n"


def test_a_task_sees_the_settings_of_its_sections_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"WAYBILL_LAKE__URL": "file:///lake", "WAYBILL_PSEUDONYM__KEY": "hush"}
    monkeypatch.setenv("AIRFLOW_VAR_WAYBILL_ENVIRONMENT", json.dumps(given))
    monkeypatch.setenv("WAYBILL_REGISTRY__PASSWORD", "hush")
    program = tmp_path / "waybill.pex"
    program.write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\n")
    program.chmod(0o755)
    ProgramOperator(task_id="run", command=[str(program)], sections=["lake"]).execute(Context())
    seen = (tmp_path / "seen").read_text()
    assert "WAYBILL_LAKE__URL=file:///lake" in seen
    assert "hush" not in seen


def test_a_variable_that_would_load_code_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AIRFLOW_VAR_WAYBILL_ENVIRONMENT", json.dumps({"LD_PRELOAD": "/x.so"}))
    with pytest.raises(AirflowFailException, match="waybill_environment sets LD_PRELOAD"):
        run(tmp_path, f"touch {tmp_path}/started")
    assert not (tmp_path / "started").exists()


@pytest.mark.usefixtures("settings")
def test_words_that_come_out_empty_are_left_out(tmp_path: Path) -> None:
    program = tmp_path / "producer.pex"
    program.write_text(f'#!/bin/sh\necho "$#" > {tmp_path}/seen\n')
    program.chmod(0o755)
    ProgramOperator(task_id="run", command=[str(program), "", "one", ""]).execute(Context())
    assert (tmp_path / "seen").read_text() == "1\n"


@pytest.mark.parametrize(
    ("value", "word"),
    [(None, ""), ("run-b", "--x=run-b"), (0, "--x=0"), (2.5, "--x=2.5")],
    ids=["unset", "text", "zero", "number"],
)
def test_a_param_that_is_not_set_leaves_no_word(value: object, word: str) -> None:
    operator = ProgramOperator(task_id="run", command=[option("--x", "params.x")])
    operator.render_template_fields(Context(params={"x": value}))
    assert operator.command == [word]


@pytest.mark.usefixtures("settings")
def test_a_terminal_code_fails_at_once(tmp_path: Path) -> None:
    with pytest.raises(AirflowFailException, match=r"exit code 33 \(DataLoss: "):
        run(tmp_path, "exit 33")


@pytest.mark.usefixtures("settings")
def test_a_transient_code_is_tried_again(tmp_path: Path) -> None:
    with pytest.raises(AirflowException, match=r"exit code 20 \(KafkaUnavailable: ") as raised:
        run(tmp_path, "exit 20")
    assert not isinstance(raised.value, AirflowFailException)


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("code", [0, 20, 33], ids=["success", "transient", "terminal"])
def test_nothing_that_a_program_prints_gets_into_airflows_database(tmp_path: Path, code: int) -> None:
    """Neither as an XCom nor with the error; it is in the task's log."""
    program = tmp_path / "producer.pex"
    program.write_text(f"#!/bin/sh\necho said-out; echo said-err >&2; exit {code}\n")
    program.chmod(0o755)
    operator = ProgramOperator(task_id="run", command=[str(program)])
    if code == 0:
        assert operator.execute(Context()) is None  # type: ignore[func-returns-value]
        return
    with pytest.raises(AirflowException) as raised:
        operator.execute(Context())
    assert "said-" not in f"{raised.value!r} {raised.value.__cause__!r} {raised.value.__context__!r}"


@pytest.mark.usefixtures("settings")
def test_a_missing_artifact_fails_at_once_and_names_the_path(tmp_path: Path) -> None:
    operator = ProgramOperator(task_id="run", command=[f"{tmp_path}/producer.pex"])
    with pytest.raises(AirflowFailException, match=r"producer\.pex can't be run.*waybill_home"):
        operator.execute(Context())


@pytest.mark.parametrize("given", ["[]", '{"WAYBILL_KAFKA__PARTITIONS": 3}'], ids=["list", "number"])
def test_a_variable_that_is_no_object_of_texts_is_refused(
    given: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AIRFLOW_VAR_WAYBILL_ENVIRONMENT", given)
    with pytest.raises(AirflowFailException, match="waybill_environment is no JSON object of texts"):
        run(tmp_path, "exit 0")
