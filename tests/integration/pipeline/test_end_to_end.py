"""From the API to the lake with the built artifacts: everything arrives, once, and every reader counts the same.

Nothing of a user that is no column lies anywhere.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
from integration.artifacts import Pipeline
from integration.privacy.search import file_places, kafka_places, leaks

from waybill_sandbox.api import ApiFault, FaultKind, FaultPlan, Simulator
from waybill_sandbox.api.reply_bodies import users_in
from waybill_sandbox.api.request_query import parse
from waybill_streams.names import NAMES


def secrets_of(simulator: Simulator) -> dict[str, str]:
    """What the served users have that can be told from anything else, and is no column."""
    queries = [parse(one.target) for one in simulator.requests]
    users: list[Any] = [user for query in queries if query for user in users_in(query, query.seed or "")]
    found = {user["login"][name]: name for user in users for name in ("salt", "md5", "sha1", "sha256")}
    codes = {str(user["location"]["postcode"]) for user in users}
    return found | {hashlib.sha256(code.encode()).hexdigest(): "hash of a postcode" for code in codes}


def test_each_event_arrives_once_and_every_reader_agrees(pipeline: Pipeline, simulator: Simulator) -> None:
    events_folder = pipeline.folder / "spark-events"
    events_folder.mkdir()
    pipeline.conf = ("spark.eventLog.enabled=true", f"spark.eventLog.dir=file://{events_folder}")
    pipeline.env = {**pipeline.env, "WAYBILL_LOG__LEVEL": "debug", "TMPDIR": str(pipeline.folder)}
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

    assert list(events_folder.iterdir())
    places = {f"output {number}": text.encode() for number, text in enumerate(pipeline.said)}
    places |= kafka_places(
        pipeline.env["WAYBILL_KAFKA__BOOTSTRAP_SERVERS"], pipeline.env["WAYBILL_STREAM__TOPIC"]
    )
    assert leaks(places | file_places(pipeline.folder), secrets_of(simulator)) == set()
