"""The DAGs as Airflow sees them: loaded from their sources by Airflow's own DagBag."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG
from airflow.sdk.exceptions import ParamValidationError
from waybill_dags.advice import say_what_to_do
from waybill_dags.delivery_operator import ENGINE, DeliveryOperator
from waybill_dags.operator import ProgramOperator
from waybill_dags.program import HOME
from waybill_dags.receipts import ReceiptsOperator, asset_of

FOLDER = Path(__file__).parents[2] / "src" / "python" / "dags"
NAMES = asset_of("names")
FILLED = ["kafka_stream_task", "spark_delivery_task", "verify_task", "receipts_task"]
TASKS = {
    "name_stream_dag": FILLED,
    "names_consumer_dag": ["rows_task"],
    "names_maintenance_dag": ["ledger_task", "lag_task"],
    "orders_consumer_dag": ["rows_task"],
    "orders_maintenance_dag": ["ledger_task", "lag_task"],
    "orders_stream_dag": ["spark_delivery_task", "verify_task", "receipts_task", "redriven_receipts_task"],
}
DAGS = (*TASKS,)
"""Among those of other streams that are brought along."""
EACH_TASK = [(dag, task) for dag, tasks in TASKS.items() for task in tasks]
FILES = sorted(path.name for path in FOLDER.glob("*.py"))
HEAVY = (
    *(
        "confluent_kafka",
        "duckdb",
        "kubernetes",
        "obstore",
        "pandas",
        "pyarrow",
        "pydantic_settings",
        "pyspark",
    ),
)


@pytest.fixture(scope="module")
def bag() -> DagBag:
    return DagBag(FOLDER, bundle_path=FOLDER, bundle_name="waybill")


@pytest.fixture
def orders(bag: DagBag) -> DAG:
    return bag.dags["orders_stream_dag"]


@pytest.fixture
def stream(bag: DagBag) -> DAG:
    return bag.dags["name_stream_dag"]


def test_the_bundle_imports_without_an_error_or_a_warning(bag: DagBag) -> None:
    assert bag.import_errors == {}
    assert bag.captured_warnings == {}
    assert set(DAGS) <= set(bag.dags)
    assert "names_stream_dag" not in bag.dags


@pytest.mark.parametrize(
    ("dag_id", "schedule"),
    [
        ("name_stream_dag", "0 1 * * *"),
        ("orders_stream_dag", "0 1 * * *"),
        ("names_maintenance_dag", "30 * * * *"),
        ("orders_maintenance_dag", "30 * * * *"),
    ],
)
def test_it_runs_by_the_clock_in_utc(bag: DagBag, dag_id: str, schedule: str) -> None:
    dag = bag.dags[dag_id]
    assert (str(dag.schedule), str(dag.timezone)) == (schedule, "UTC")


@pytest.mark.parametrize("stream", ["names", "orders"])
def test_the_consumer_runs_when_something_arrived(bag: DagBag, stream: str) -> None:
    assert bag.dags[f"{stream}_consumer_dag"].schedule == [asset_of(stream)]


@pytest.mark.parametrize("dag_id", DAGS)
def test_whether_a_new_one_is_paused_airflows_own_setting_says(bag: DagBag, dag_id: str) -> None:
    """Which is that it is."""
    assert bag.dags[dag_id].is_paused_upon_creation is None


@pytest.mark.parametrize("dag_id", DAGS)
def test_one_run_at_a_time_bounded_and_nothing_is_caught_up_with(bag: DagBag, dag_id: str) -> None:
    dag = bag.dags[dag_id]
    assert dag.catchup is False
    assert dag.max_active_runs == 1
    assert dag.dagrun_timeout


@pytest.mark.parametrize("dag_id", DAGS)
def test_people_find_out_what_it_is_and_whose(bag: DagBag, dag_id: str) -> None:
    dag = bag.dags[dag_id]
    assert "waybill" in dag.tags
    assert dag.description
    assert (dag.doc_md or "").lstrip().startswith("### ")


@pytest.mark.parametrize(("dag_id", "task_id"), EACH_TASK)
def test_each_task_is_bounded_retried_with_backoff_documented_and_owned(
    bag: DagBag, dag_id: str, task_id: str
) -> None:
    dag = bag.dags[dag_id]
    task = dag.get_task(task_id)
    assert task.owner == "waybill"
    assert task.doc_md
    assert task.retries in (2, 4)
    assert task.retry_exponential_backoff
    assert task.retry_delay == timedelta(seconds=30)
    assert task.max_retry_delay in (timedelta(minutes=5), timedelta(minutes=20))
    assert timedelta(0) < (task.execution_timeout or timedelta(0)) < (dag.dagrun_timeout or timedelta(0))
    assert task.on_failure_callback == [say_what_to_do]


@pytest.mark.parametrize("dag_id", DAGS)
def test_each_dag_has_these_tasks(bag: DagBag, dag_id: str) -> None:
    assert sorted(bag.dags[dag_id].task_ids) == sorted(TASKS[dag_id])


def test_it_publishes_then_delivers_then_verifies_then_tells(stream: DAG) -> None:
    following = [stream.get_task(one).downstream_task_ids for one in FILLED]
    assert following == [{"spark_delivery_task"}, {"verify_task"}, {"receipts_task"}, set()]


def test_a_stream_that_others_fill_is_delivered_and_what_was_redriven_is_told_too(orders: DAG) -> None:
    following = [orders.get_task(one).downstream_task_ids for one in TASKS["orders_stream_dag"]]
    assert following == [{"verify_task"}, {"receipts_task", "redriven_receipts_task"}, set(), set()]
    assert orders.get_task("receipts_task").outlets == [asset_of("orders")]
    assert orders.get_task("redriven_receipts_task").outlets == [asset_of("orders_redriven")]


def test_the_asset_is_what_the_last_task_reads_and_writes(stream: DAG) -> None:
    for task in stream.tasks:
        ours = [NAMES] if task.task_id == "receipts_task" else []
        assert (task.inlets, task.outlets) == (ours, ours)
    assert (NAMES.name, NAMES.uri) == ("waybill_names", "waybill://names/")


@pytest.mark.parametrize(
    "dag_id", ["name_stream_dag", "names_maintenance_dag", "orders_stream_dag", "orders_avro_stream_dag"]
)
def test_each_param_is_typed_and_explained(bag: DagBag, dag_id: str) -> None:
    params = bag.dags[dag_id].params
    assert (
        sorted(params)
        == {
            "name_stream_dag": ["accept_dead", "accept_loss", "results", "seed", "streaming_duration"],
            "names_maintenance_dag": ["max_behind", "max_retention_used"],
            "orders_stream_dag": ["accept_dead", "accept_loss"],
            "orders_avro_stream_dag": [
                *("accept_dead", "accept_loss", "accept_unknown_schemas", "keep_schema_bindings"),
            ],
        }[dag_id]
    )
    for name in params:
        param = params.get_param(name)
        assert param.description
        assert param.schema["title"]
        assert param.schema["type"]


def test_params_leave_the_settings_as_they_are_and_accept_nothing(stream: DAG) -> None:
    assert stream.params.dump() == {
        "streaming_duration": None,
        "results": None,
        "seed": None,
        "accept_loss": False,
        "accept_dead": False,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("streaming_duration", 0),
        ("streaming_duration", 1501),
        ("results", 5001),
        ("results", 1.5),
        ("seed", "a b"),
        ("seed", ""),
        ("accept_loss", "yes"),
        ("accept_loss", None),
        ("accept_dead", "yes"),
        ("accept_dead", None),
    ],
)
def test_a_param_out_of_bounds_is_refused(stream: DAG, name: str, value: object) -> None:
    with pytest.raises(ParamValidationError):
        stream.params.get_param(name).resolve(value)


def test_no_path_or_variable_is_read_before_a_task_runs(bag: DagBag) -> None:
    for dag_id, task_id in EACH_TASK:
        task = bag.dags[dag_id].get_task(task_id)
        match task:
            case DeliveryOperator():
                assert task.template_fields == ("home", "options", "engine")
                assert (task.home, task.engine) == (HOME, ENGINE)
            case ProgramOperator() | ReceiptsOperator():
                assert task.template_fields == ("command",)
                assert task.command[0].startswith(HOME)
            case _:
                assert dag_id.endswith("_consumer_dag")


@pytest.mark.parametrize("name", FILES)
def test_parsing_a_file_imports_nothing_heavy_and_asks_for_nothing(name: str) -> None:
    """In a process of its own, with any warning about our files an error, and no Variable or Connection to be had."""
    code = (
        "import runpy, sys, warnings; import airflow.sdk; from airflow.sdk import Connection, Variable\n"
        "import airflow.providers.apache.spark.operators.spark_submit, airflow.providers.standard.hooks.subprocess\n"
        "def refused(*_, **__): raise AssertionError('asked for at parse time')\n"
        "Variable.get = Connection.get = refused\n"
        "warnings.simplefilter('error')\n"
        f"runpy.run_path({str(FOLDER / name)!r})\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{code}"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"
