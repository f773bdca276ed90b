"""The DAGs on a real Airflow: one clean run, killed tasks, a killed scheduler, and versions that change in mid-run."""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
import requests
from integration.stack.airflow import Airflow, Run
from integration.stack.lake import objects, receipts
from integration.stack.stack import Stack, docker
from integration.stack.versions import changed, current, publish
from waiting import wait_until

DAG, CONSUMER = "name_stream_dag", "names_consumer_dag"
PUBLISH, DELIVER, VERIFY, EMIT = "kafka_stream_task", "spark_delivery_task", "verify_task", "receipts_task"
SHORT = {"streaming_duration": 5}
MARKER = "this is the second version"


@pytest.fixture(scope="module")
def airflow(stack: Stack, airflow: Airflow) -> Airflow:
    """With all DAGs read, and the consumer awake."""
    wait_until(
        lambda: {DAG, CONSUMER} <= set(airflow.dags()),
        lambda: f"the DAGs are {airflow.dags()}",
        seconds=90,
        pause=1,
    )
    airflow.unpause(CONSUMER)
    return airflow


def assert_proved(stack: Stack) -> None:
    audited = stack.run("waybill", "verify", "--complete", "--json")
    assert audited.code == 0, audited.err
    assert json.loads(audited.out)["counts"]["rows"] > 0


def kill(stack: Stack, command: str) -> None:
    """SIGKILL for the processes of the scheduler's container that run this command."""
    killed = 0
    wait_until(
        lambda: stack.pids("airflow_scheduler", command),
        lambda: f"{command} does not run",
        seconds=60,
        pause=1,
    )
    for pid in stack.pids("airflow_scheduler", command):
        with suppress(ProcessLookupError):  # it went with its parent, which was killed before it
            os.kill(int(pid), signal.SIGKILL)
            killed += 1
    assert killed


def test_killed_tasks_are_tried_again_and_nothing_is_doubled(stack: Stack, airflow: Airflow) -> None:
    # A DAG that is woken begins with the run of the night before.
    airflow.unpause(DAG)
    wait_until(lambda: airflow.runs(DAG), lambda: "no run began", seconds=60, pause=1)
    [run] = airflow.runs(DAG)
    run.reaches(PUBLISH, "running", 60)
    kill(stack, "/opt/waybill/producer")
    run.reaches(PUBLISH, "success", 120)
    kill(stack, "org.apache.spark.deploy.SparkSubmit")
    assert run.ends(240) == "success", run.states()
    states = run.states()
    assert (states[PUBLISH], states[DELIVER]) == (("success", 2), ("success", 2))
    assert_proved(stack)


def test_a_run_keeps_its_version_and_its_event_carries_the_receipts_numbers(
    stack: Stack, airflow: Airflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, before = current(stack), len(receipts(stack))
    assert airflow.dags()[DAG] == first
    run = airflow.trigger(DAG, **SHORT)
    run.reaches(PUBLISH, "success", 120)
    publish(stack, changed(stack, first, MARKER), tmp_path, monkeypatch)
    second = current(stack)
    assert second != first
    wait_until(
        lambda: airflow.dags()[DAG] == second, lambda: f"Airflow reads {airflow.dags()}", seconds=90, pause=1
    )
    assert run.task(VERIFY)["state"] is None, "published too late to prove anything"

    assert run.ends(240) == "success", run.states()
    assert run.facts()["bundle_version"] == first
    assert MARKER not in run.log(VERIFY)
    assert_proved(stack)
    [app, *_] = requests.get(f"{stack.address('spark_master')}/json/", timeout=20).json()["completedapps"]
    assert (app["name"], app["state"]) == ("SparkStructuredStreamingToS3", "FINISHED")

    event = airflow.asset_events(DAG)[-1]
    assert event["source_run_id"] == run.id
    new = receipts(stack)[before:]
    assert sum(one["rows"] for one in new) > 0
    assert event["extra"] == {
        "first_commit": before + 1,
        "last_commit": new[-1]["number"],
        "rows": sum(one["rows"] for one in new),
        "objects": sum(objects(one) for one in new),
        "dead_letters": sum(one["dead"] for one in new),
        "lost": 0,
        "frontier": new[-1]["frontier"],
    }


def test_the_consumer_ran_once_on_each_event(airflow: Airflow) -> None:
    for event in airflow.asset_events(DAG):
        wait_until(
            partial(created_by, airflow, event["id"]), lambda: "the consumer never ran", seconds=60, pause=1
        )
        [run] = created_by(airflow, event["id"])
        assert run.ends(120) == "success", run.states()


def created_by(airflow: Airflow, event: int) -> list[Run]:
    """The consumer's runs on an event."""
    [found] = [one for one in airflow.asset_events(DAG) if one["id"] == event]
    return [Run(airflow, CONSUMER, run["run_id"]) for run in found["created_dagruns"]]


def test_the_next_run_is_of_the_new_version_and_survives_its_scheduler(
    stack: Stack, airflow: Airflow
) -> None:
    run = airflow.trigger(DAG, **SHORT)
    run.reaches(DELIVER, "running", 60)
    scheduler = stack.container("airflow_scheduler")
    docker("kill", scheduler)
    docker("start", scheduler)
    assert run.ends(240) == "success", run.states()
    assert run.facts()["bundle_version"] == current(stack)
    assert MARKER in run.log(VERIFY)
    assert_proved(stack)


def test_a_rollback_brings_the_old_version_back(stack: Stack, airflow: Airflow) -> None:
    second = current(stack)
    assert airflow.dags()[DAG] == second
    assert stack.run("waybill", "dags", "rollback").code == 0
    first = current(stack)
    assert first != second
    wait_until(
        lambda: airflow.dags()[DAG] == first, lambda: f"Airflow reads {airflow.dags()}", seconds=90, pause=1
    )


def test_every_receipt_is_in_one_event(stack: Stack, airflow: Airflow) -> None:
    extras = [event["extra"] for event in airflow.asset_events(DAG)]
    named = [number for one in extras for number in range(one["first_commit"], one["last_commit"] + 1)]
    assert named == [one["number"] for one in receipts(stack)]
