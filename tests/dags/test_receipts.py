"""From receipts to an event, and from events to what a consumer reads; the programs are stand-ins."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from dags.conftest import Programs
from waybill_dags.asset_events import FIELDS
from waybill_dags.program import ProgramRefused
from waybill_dags.receipts import ReceiptsOperator, asset_of

ORDERS = asset_of("orders")
REPORT = {
    "commits": 2,
    "first_commit": 5,
    "last_commit": 6,
    "rows": 30,
    "objects": 4,
    "dead_letters": 1,
    "lost": 0,
    "frontier": {"0": 31},
    "by": {"column": "status", "rows": {"placed": 20, "sent": 10}},
}


@dataclass
class Event:
    extra: dict[str, Any]


class Inlet(list[Event]):
    """Airflow's accessor: a sequence that is asked for its order and length first."""

    def ascending(self, ascending: bool = True) -> Inlet:
        return self if ascending else Inlet(reversed(self))

    def limit(self, limit: int) -> Inlet:
        return Inlet(self[:limit])


@dataclass
class Outlet:
    extra: dict[str, Any] = field(default_factory=dict)


def context(*extras: dict[str, Any]) -> Any:
    """``extras`` of the events so far, oldest first."""
    events = Inlet(Event(extra) for extra in extras)
    return {"inlet_events": {ORDERS: events}, "outlet_events": {ORDERS: Outlet()}}


def receipts(programs: Programs) -> ReceiptsOperator:
    return ReceiptsOperator(
        task_id="receipts_task",
        command=[f"{programs.folder}/waybill.pex", "report", "--json"],
        asset=ORDERS,
        stream="orders",
    )


@pytest.fixture
def answering(programs: Programs) -> Programs:
    programs.write("waybill.pex", f"echo \"$@\" >> {programs.folder}/asked; echo '{json.dumps(REPORT)}'")
    return programs


def asked(programs: Programs) -> list[str]:
    return (programs.folder / "asked").read_text().splitlines()


def test_the_event_holds_the_receipts_numbers(answering: Programs) -> None:
    now = context({"last_commit": 2}, {"last_commit": 4})
    told = receipts(answering).execute(now)
    assert asked(answering) == ["report --json --after=4"]
    assert now["outlet_events"][ORDERS].extra == told == {name: REPORT[name] for name in FIELDS}


def test_the_first_event_begins_at_the_first_commit(answering: Programs) -> None:
    receipts(answering).execute(context())
    assert asked(answering) == ["report --json --after=0"]


def test_without_a_new_receipt_it_is_skipped_and_there_is_no_event(programs: Programs) -> None:
    programs.write("waybill.pex", """echo '{"commits": 0}'""")
    now = context({"last_commit": 4})
    with pytest.raises(AirflowSkipException, match="no receipt since commit 4"):
        receipts(programs).execute(now)
    assert now["outlet_events"][ORDERS].extra == {}


def test_a_ledger_that_ends_before_the_last_event_is_refused(programs: Programs) -> None:
    programs.write("waybill.pex", "exit 2")
    with pytest.raises(ProgramRefused, match="SettingsRefused"):
        receipts(programs).execute(context({"last_commit": 400}))


def test_events_without_a_beginning_are_refused_with_the_remedy(answering: Programs) -> None:
    with pytest.raises(AirflowFailException, match=r"Remedy: create one by hand with extra"):
        receipts(answering).execute(context({"note": "by hand"}))


@pytest.fixture
def consume(dags: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The example's own function, as its task calls it."""
    monkeypatch.setenv("AIRFLOW_VAR_WAYBILL_HOME", str(programs.folder))
    bag = DagBag(dags, bundle_path=dags, bundle_name="waybill")
    task: Any = bag.dags["orders_consumer_dag"].get_task("rows_task")
    return task.python_callable


def test_the_consumer_reads_the_commits_of_each_event_and_adds_them_up(
    consume: Any, answering: Programs
) -> None:
    one = Event({name: REPORT[name] for name in ("first_commit", "last_commit", "rows", "objects")})
    assert consume({ORDERS: [one]}) == {"placed": 20, "sent": 10}
    assert asked(answering) == ["report --stream=orders --commits=5-6 --by=status --json"]


def test_a_consumer_whose_event_differs_from_the_receipts_fails_at_once(
    consume: Any, answering: Programs
) -> None:
    one = Event({"first_commit": 5, "last_commit": 6, "rows": 31, "objects": 4})
    with pytest.raises(
        AirflowFailException, match=r"Event and receipts differ: the event says \(5, 6, 31, 4\)"
    ):
        consume({ORDERS: [one]})


def test_a_consumer_that_was_started_by_hand_is_skipped(consume: Any) -> None:
    with pytest.raises(AirflowSkipException, match="started by hand"):
        consume({})
