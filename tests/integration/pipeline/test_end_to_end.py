"""From the API to the lake with the built artifacts: everything arrives, once, and every reader counts the same."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
from integration.artifacts import Pipeline

from waybill_common.contract.registry import NAMES
from waybill_sandbox.api import ApiFault, FaultKind, FaultPlan, Simulator


def test_each_event_arrives_once_and_every_reader_agrees(pipeline: Pipeline, simulator: Simulator) -> None:
    malformed = ApiFault(kind=FaultKind.MALFORMED_USERS, times=None, share=0.02)
    simulator.set_faults(FaultPlan(faults=(malformed,)))
    produced = pipeline.produce("--producer.pages", "3")
    assert produced["events"] + produced["dead_letters"]["total"] == 600
    delivered = pipeline.submitted()
    assert delivered["rows"] == produced["events"]
    code, audit = pipeline.verify("--complete")
    assert (code, audit["findings"]) == (0, [])

    more = pipeline.produce("--producer.pages", "2")
    again = pipeline.submitted()
    assert (again["commits"], again["rows"]) == ([delivered["commits"][-1] + 1], more["events"])
    code, audit = pipeline.verify("--complete")
    assert (code, audit["findings"]) == (0, [])

    events = produced["events"] + more["events"]
    folder = Path(pipeline.lake.address)
    files = str(folder / "data" / "**" / "*.parquet")
    ids = duckdb.read_parquet(files).project("id")
    assert (ids.shape[0], ids.distinct().shape[0]) == (events, events)
    frame = pd.concat([pd.read_parquet(folder / key) for key in pipeline.objects("data")])
    assert len(frame) == events
    assert pipeline.count_with_spark(folder / "data") == events
    filled = frame[list(NAMES.model.model_fields)].notna().all()
    assert filled.all(), filled
    assert set(frame["postcode"].str.slice(0, 3)) == {"k1:"}
