"""Airflow's REST interface, with a login."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import requests
from waiting import wait_until

TIMEOUT = 20.0
ENDED = ("success", "failed", "upstream_failed", "skipped")


@dataclass(frozen=True)
class Airflow:
    """One logged-in user of the interface at ``address``. Waits are bounded by ``seconds``."""

    address: str
    token: str

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer's JSON; raises for any status but success."""
        answer = requests.request(
            method,
            f"{self.address}/api/v2/{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.token}", "Accept": "application/json"},
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        return answer.json()

    def dags(self) -> dict[str, str | None]:
        """Each DAG's id, and the version of the bundle that it was last read from."""
        return {dag["dag_id"]: dag["bundle_version"] for dag in self.ask("GET", "dags")["dags"]}

    def unpause(self, dag: str) -> None:
        self.ask("PATCH", f"dags/{dag}", {"is_paused": False})

    def trigger(self, dag: str, **params: object) -> Run:
        self.unpause(dag)
        started = self.ask("POST", f"dags/{dag}/dagRuns", {"logical_date": None, "conf": params})
        return Run(self, dag, started["dag_run_id"])

    def runs(self, dag: str) -> list[Run]:
        return [
            Run(self, dag, run["dag_run_id"]) for run in self.ask("GET", f"dags/{dag}/dagRuns")["dag_runs"]
        ]

    def asset_events(self, dag: str) -> list[dict[str, Any]]:
        """What the DAG's runs emitted, the first one first."""
        found = self.ask("GET", f"assets/events?source_dag_id={dag}&order_by=timestamp")["asset_events"]
        return list(found)


@dataclass(frozen=True)
class Run:
    """One run of a DAG."""

    airflow: Airflow
    dag: str
    id: str

    def facts(self) -> dict[str, Any]:
        return dict(self.airflow.ask("GET", self._path))

    def task(self, task: str) -> dict[str, Any]:
        return dict(self.airflow.ask("GET", f"{self._path}/taskInstances/{task}"))

    def states(self) -> dict[str, tuple[str | None, int]]:
        """Each task's state, and which try it is in."""
        found = self.airflow.ask("GET", f"{self._path}/taskInstances")["task_instances"]
        return {one["task_id"]: (one["state"], one["try_number"]) for one in found}

    def log(self, task: str) -> str:
        """What the last try of a task has logged."""
        number = self.task(task)["try_number"]
        found = self.airflow.ask("GET", f"{self._path}/taskInstances/{task}/logs/{number}?full_content=true")
        return json.dumps(found["content"])

    def ends(self, seconds: float) -> str:
        """Waits for the end: the run's last state."""
        wait_until(
            lambda: self.facts()["state"] in ENDED,
            lambda: f"{self.id}: {self.states()}",
            seconds=seconds,
            pause=1,
        )
        return str(self.facts()["state"])

    def reaches(self, task: str, state: str, seconds: float) -> None:
        """Waits until the task is in that state."""
        wait_until(
            lambda: self.task(task)["state"] == state,
            lambda: f"{self.id}: {self.states()}",
            seconds=seconds,
            pause=1,
        )

    @property
    def _path(self) -> str:
        return f"dags/{self.dag}/dagRuns/{self.id}"


def login(address: str, username: str, password: str) -> Airflow:
    """Raises ``requests.HTTPError`` for a wrong password."""
    answer = requests.post(
        f"{address}/auth/token", json={"username": username, "password": password}, timeout=TIMEOUT
    )
    answer.raise_for_status()
    return Airflow(address, answer.json()["access_token"])
