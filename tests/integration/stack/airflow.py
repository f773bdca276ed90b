"""Airflow's REST interface, with a login."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import requests

TIMEOUT = 20.0


@dataclass(frozen=True)
class Airflow:
    """One logged-in user of the interface at ``address``."""

    address: str
    token: str

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer's JSON; raises for any status but success."""
        answer = requests.request(
            method,
            f"{self.address}/api/v2/{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        return answer.json()

    def dags(self) -> list[str]:
        return [dag["dag_id"] for dag in self.ask("GET", "dags")["dags"]]

    def run_dag(self, dag: str, seconds: float) -> str:
        """Trigger the DAG and wait, bounded: the run's last state."""
        self.ask("PATCH", f"dags/{dag}", {"is_paused": False})
        run = self.ask("POST", f"dags/{dag}/dagRuns", {"logical_date": None})["dag_run_id"]
        deadline = time.monotonic() + seconds
        while True:
            state = str(self.ask("GET", f"dags/{dag}/dagRuns/{run}")["state"])
            if state in ("success", "failed") or time.monotonic() > deadline:
                return state
            time.sleep(2)

    def tasks(self, dag: str) -> dict[str, list[str]]:
        """The states of each task in all runs of the DAG."""
        found: dict[str, list[str]] = {}
        for task in self.ask("GET", f"dags/{dag}/dagRuns/~/taskInstances")["task_instances"]:
            found.setdefault(task["task_id"], []).append(task["state"])
        return found


def login(address: str, username: str, password: str) -> Airflow:
    """Raises ``requests.HTTPError`` for a wrong password."""
    answer = requests.post(
        f"{address}/auth/token", json={"username": username, "password": password}, timeout=TIMEOUT
    )
    answer.raise_for_status()
    return Airflow(address, answer.json()["access_token"])
