"""One night of a stream that others fill: each task of its DAG, rendered and run in the DAG's order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, Variable
from airflow.sdk.exceptions import AirflowSkipException
from dags.conftest import Programs
from dags.test_receipts import REPORT, Inlet, Outlet
from waybill_dags.asset_events import FIELDS
from waybill_dags.receipts import asset_of


class Variables:
    """As Airflow's ``var.value``, whose module is private."""

    def get(self, name: str, default: str) -> str:
        return str(Variable.get(name, default=default))


@pytest.fixture
def orders(dags: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch) -> DAG:
    """Its programs are stand-ins, which write down what they were told: nothing was redriven so far."""
    settings = {"WAYBILL_STREAMS__ORDERS__START": "latest", "WAYBILL_STREAMS__RETURNS__START": "earliest"}
    monkeypatch.setenv("AIRFLOW_VAR_WAYBILL_HOME", str(programs.folder))
    monkeypatch.setenv("AIRFLOW_VAR_WAYBILL_ENGINE", "local")
    monkeypatch.setenv("AIRFLOW_VAR_WAYBILL_ENVIRONMENT", json.dumps(settings))
    programs.write(
        "waybill.pex",
        f"""echo "$* $(env | grep -c START)" >> {programs.folder}/told
        case "$*" in *--redriven*) echo '{{"commits": 0}}';; report*) echo '{json.dumps(REPORT)}';; esac""",
    )
    return DagBag(dags, bundle_path=dags, bundle_name="waybill").dags["orders_stream_dag"]


def test_a_night_delivers_verifies_and_tells_what_arrived(orders: DAG, programs: Programs) -> None:
    assets = [asset_of("orders"), asset_of("orders_redriven")]
    now: Any = {
        "params": orders.params.dump(),
        "var": {"value": Variables()},
        "inlet_events": {asset: Inlet() for asset in assets},
        "outlet_events": {asset: Outlet() for asset in assets},
    }
    states = {}
    for task in orders.topological_sort():
        task.render_template_fields(now)
        try:
            task.execute(now)
            states[task.task_id] = "success"
        except AirflowSkipException:
            states[task.task_id] = "skipped"
    assert states == {
        "spark_delivery_task": "success",
        "verify_task": "success",
        "receipts_task": "success",
        "redriven_receipts_task": "skipped",
    }
    delivered = "deliver --stream=orders --delivery.trigger=available-now --delivery.accept-loss=false"
    assert sorted((programs.folder / "told").read_text().splitlines()) == [
        f"{delivered} --delivery.accept-dead=false 1",
        "report --stream=orders --json --after=0 1",
        "report --stream=orders --redriven --json --after=0 1",
        "verify --stream=orders 1",
    ]
    assert now["outlet_events"][assets[0]].extra == {name: REPORT[name] for name in FIELDS}
    assert now["outlet_events"][assets[1]].extra == {}
