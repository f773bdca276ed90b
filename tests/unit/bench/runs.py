"""Results as small as a test needs them."""

from __future__ import annotations

from waybill_bench.result import Results, Run


def run(case: str, contender: str, turn: int, *, bench: str = "sink", **values: float) -> Run:
    return Run(bench=bench, case=case, contender=contender, turn=turn, values=values)


def results(*runs: Run, quick: bool = False) -> Results:
    return Results(
        date="2026-11-25",
        quick=quick,
        commit="abc1234",
        minutes=12.3,
        machine={"processor": "a processor", "cores": "2", "memory": "8 GiB", "system": "Linux 6"},
        versions={"waybill": "0.1.0", "kafka": "4.3.1"},
        runs=runs,
    )
