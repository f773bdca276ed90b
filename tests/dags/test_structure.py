"""The DAG as Airflow sees it: loaded from its sources by Airflow's own DagBag."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG
from waybill_dags.operator import ProgramOperator

TASKS = ["kafka_stream_task", "spark_delivery_task", "verify_task"]
HEAVY = ("confluent_kafka", "pyspark", "pyarrow", "duckdb", "obstore", "pydantic_settings")


@pytest.fixture(scope="module")
def bag() -> DagBag:
    folder = Path(__file__).parents[2] / "src" / "python" / "dags"
    return DagBag(folder, bundle_path=folder, bundle_name="waybill")


@pytest.fixture
def dag(bag: DagBag) -> DAG:
    return bag.dags["name_stream_dag"]


def test_the_bundle_imports_without_an_error_or_a_warning(bag: DagBag) -> None:
    assert bag.import_errors == {}
    assert bag.captured_warnings == {}
    assert list(bag.dags) == ["name_stream_dag"]


def test_it_runs_nightly_one_at_a_time_and_catches_up_with_nothing(dag: DAG) -> None:
    assert str(dag.schedule) == "0 1 * * *"
    assert str(dag.timezone) == "UTC"
    assert dag.catchup is False
    assert dag.max_active_runs == 1


def test_it_publishes_then_delivers_then_verifies(dag: DAG) -> None:
    assert sorted(dag.task_ids) == sorted(TASKS)
    assert [dag.get_task(one).downstream_task_ids for one in TASKS] == [{TASKS[1]}, {TASKS[2]}, set()]


def test_people_find_out_what_it_is_and_whose(dag: DAG) -> None:
    assert dag.tags == {"waybill", "names"}
    assert dag.description
    assert "**When a task fails**" in (dag.doc_md or "")


@pytest.mark.parametrize("task_id", TASKS)
def test_each_task_is_bounded_retried_with_backoff_documented_and_owned(dag: DAG, task_id: str) -> None:
    task = dag.get_task(task_id)
    assert task.owner == "waybill"
    assert task.doc_md
    assert task.retries == 4
    assert task.retry_exponential_backoff
    assert task.max_retry_delay == timedelta(minutes=20)
    assert timedelta(0) < (task.execution_timeout or timedelta(0)) < (dag.dagrun_timeout or timedelta(0))


def test_no_path_or_variable_is_read_before_a_task_runs(dag: DAG) -> None:
    for task in dag.tasks:
        assert isinstance(task, ProgramOperator)
        assert task.template_fields == ("command",)
        assert task.command[0].startswith("{{ var.value.get('waybill_home'")


def test_parsing_imports_nothing_heavy(dags: Path) -> None:
    """In a process of its own, with any warning about our files an error."""
    code = (
        "import runpy, sys, warnings; import airflow.sdk; "
        "import airflow.providers.standard.hooks.subprocess; warnings.simplefilter('error'); "
        f"runpy.run_path({str(dags / 'name_stream_dag.py')!r}); "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"
