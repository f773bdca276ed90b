"""Every fault that drivers meet is played by both engines, and the page shows it once, with a column for each."""

from __future__ import annotations

from faults.engines import Driver, fault_of, twin
from faults.guarantees import guarantees_page
from faults.matrix import API, BROKERS, CELLS, DELIVERING, DRIVER, PRODUCER, PRODUCERS, READERS, RIVALS, Cell

NOT_ABOUT_DRIVERS = (*API, *BROKERS, *PRODUCER, *PRODUCERS, *READERS)
"""Their drivers only bring in the harvest."""

IDS = {cell.id: cell for cell in CELLS}


def test_each_cell_about_drivers_has_its_twin_with_the_local_engine() -> None:
    without_spark = {cell.id for cell in CELLS if cell.driver is Driver.PROCESS}
    assert without_spark == {cell.id for cell in (*DELIVERING, *NOT_ABOUT_DRIVERS)}
    for cell in DELIVERING:
        other = IDS[twin(cell.id, Driver.LOCAL)]
        assert (other.driver, other.play, other.promise) == (Driver.LOCAL, cell.play, cell.promise)


def test_where_there_are_several_drivers_both_engines_take_turns() -> None:
    for cell in (*DRIVER, *RIVALS):
        assert IDS[twin(cell.id, Driver.BOTH)].driver is Driver.BOTH


def test_the_quick_subset_has_a_cell_of_each_kind_with_the_local_engine() -> None:
    def kind(cell: Cell) -> str:
        return fault_of(cell.id, cell.driver).split("-")[0]

    quick = {kind(cell) for cell in CELLS if cell.quick and cell.driver in (Driver.LOCAL, Driver.BOTH)}
    assert quick == {kind(cell) for cell in DELIVERING}


def test_ids_are_there_once() -> None:
    assert len(IDS) == len(CELLS)


def result(name: str, driver: Driver, outcome: str, failures: int = 0) -> dict[str, object]:
    return {
        "id": name, "driver": driver, "outcome": outcome, "failures": failures, "promise": "ONCE", "moment": "start",
        "fault": "SIGKILL", "runs": 1, "events": 7, "lost": 0, "doubled": 0, "seconds": 1.0,
    }  # fmt: skip


def test_a_fault_is_one_row_with_a_column_for_each_driver() -> None:
    cells = [
        result("a", Driver.PROCESS, "exit code 0"),
        result("a-both", Driver.BOTH, "exit code 34"),
        result("a-local", Driver.LOCAL, "exit code 0"),
        result("b-local", Driver.LOCAL, "exit code 0", failures=1),
        result("spark-local", Driver.SPARK, "exit code 0"),
    ]
    page = guarantees_page({"date": "d", "seed": 1, "versions": {"store": "moto"}, "cells": cells})
    assert "| test | moment | fault | process | local | both by turns | spark |" in page
    assert "| `a` | start | SIGKILL | exit code 0 | the same | exit code 34 |  |" in page
    assert "| `b-local` |" not in page
    assert "| `b` | start | SIGKILL |  | FAILED |  |  |" in page
    assert "| `spark-local` | start | SIGKILL |  |  |  | exit code 0 |" in page
    assert "5 cells (1 process, 2 local, 1 both by turns, 1 spark)" in page
    assert "| 3 | 5 | 1 | 35 |" in page
