"""The DAGs on a real Airflow: one clean run, killed tasks, a killed scheduler, and versions that change in mid-run."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
import requests
from integration.stack.airflow import Airflow
from integration.stack.airflow import wait_for
from integration.stack.stack import Stack
from integration.stack.stack import docker
from integration.stack.versions import changed
from integration.stack.versions import current
from integration.stack.versions import publish

DAG, CONSUMER = "name_stream_dag", "names_consumer_dag"
PUBLISH, DELIVER, VERIFY, EMIT = "kafka_stream_task", "spark_delivery_task", "verify_task", "receipts_task"
SHORT = {"streaming_duration": 5}
MARKER = "this is the second version"


@pytest.fixture(scope="module")
def airflow(stack: Stack, airflow: Airflow) -> Airflow:
    """With all DAGs read, and the consumer awake."""
    wait_for(lambda: {DAG, CONSUMER} <= set(airflow.dags()), 90, lambda: f"the DAGs are {airflow.dags()}")
    airflow.unpause(CONSUMER)
    return airflow


def receipts(stack: Stack) -> dict[str, Any]:
    reported = stack.run("waybill", "report", "--json")
    assert reported.code == 0, reported.err
    return dict(json.loads(reported.out))


def assert_proved(stack: Stack) -> None:
    audited = stack.run("waybill", "verify", "--complete", "--json")
    assert audited.code == 0, audited.err
    assert json.loads(audited.out)["counts"]["rows"] > 0


def kill(stack: Stack, command: str) -> None:
    """SIGKILL for the processes of the scheduler's container that run this command."""
    wait_for(lambda: stack.pids("airflow_scheduler", command), 60, lambda: f"{command} does not run")
    for pid in stack.pids("airflow_scheduler", command):
        os.kill(int(pid), signal.SIGKILL)


def test_a_run_ends_green_and_its_event_carries_the_receipts_numbers(stack: Stack, airflow: Airflow) -> None:
    run = airflow.trigger(DAG, **SHORT)
    assert run.ends(240) == "success", run.states()
    assert_proved(stack)
    [app, *_] = requests.get(f"{stack.address('spark_master')}/json/", timeout=20).json()["completedapps"]
    assert (app["name"], app["state"]) == ("SparkStructuredStreamingToS3", "FINISHED")

    [event] = airflow.asset_events(DAG)
    commits = receipts(stack)["commits"]
    assert event["extra"]["first_commit"] == commits[0]["number"]
    assert event["extra"]["last_commit"] == commits[-1]["number"]
    assert event["extra"]["frontier"] == commits[-1]["frontier"]
    for number, name in (("rows", "rows"), ("dead_letters", "dead"), ("objects", "objects")):
        assert event["extra"][number] == sum(one[name] for one in commits), number


def test_the_consumer_runs_once_on_that_event(airflow: Airflow) -> None:
    wait_for(lambda: airflow.runs(CONSUMER), 60, lambda: "the consumer never ran")
    [run] = airflow.runs(CONSUMER)
    assert run.ends(120) == "success", run.states()


def test_killed_tasks_are_tried_again_and_nothing_is_doubled(stack: Stack, airflow: Airflow) -> None:
    run = airflow.trigger(DAG, **SHORT)
    run.reaches(PUBLISH, "running", 60)
    kill(stack, "/opt/waybill/producer")
    run.reaches(PUBLISH, "success", 120)
    kill(stack, "org.apache.spark.deploy.SparkSubmit")
    assert run.ends(240) == "success", run.states()
    states = run.states()
    assert (states[PUBLISH], states[DELIVER]) == (("success", 2), ("success", 2))
    assert_proved(stack)


def test_a_run_survives_its_scheduler_and_keeps_its_version(
    stack: Stack, airflow: Airflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = current(stack)
    assert airflow.dags()[DAG] == first
    run = airflow.trigger(DAG, **SHORT)
    run.reaches(PUBLISH, "running", 60)

    publish(stack, changed(stack, first, MARKER), tmp_path, monkeypatch)
    second = current(stack)
    assert second != first
    wait_for(lambda: airflow.dags()[DAG] == second, 90, lambda: f"Airflow reads {airflow.dags()}")

    scheduler = stack.container("airflow_scheduler")
    docker("kill", scheduler)
    docker("start", scheduler)
    assert run.ends(300) == "success", run.states()
    assert run.facts()["bundle_version"] == first
    assert MARKER not in run.log(VERIFY)
    assert_proved(stack)

    following = airflow.trigger(DAG, **SHORT)
    assert following.ends(240) == "success", following.states()
    assert following.facts()["bundle_version"] == second
    assert MARKER in following.log(VERIFY)

    assert stack.run("waybill", "dags", "rollback").code == 0
    assert current(stack) == first
    wait_for(lambda: airflow.dags()[DAG] == first, 90, lambda: f"Airflow reads {airflow.dags()}")


def test_every_receipt_is_in_one_event_and_the_consumer_saw_each(stack: Stack, airflow: Airflow) -> None:
    spans = [
        (event["extra"]["first_commit"], event["extra"]["last_commit"]) for event in airflow.asset_events(DAG)
    ]
    named = [number for first, last in spans for number in range(first, last + 1)]
    assert named == [one["number"] for one in receipts(stack)["commits"]]
    for run in airflow.runs(CONSUMER):
        assert run.ends(120) == "success", run.states()
