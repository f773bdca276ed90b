"""The producer goes on from 0.1.0's cursor, and an operator with 0.1.0's redrives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fixtures.release import PSEUDONYM_KEY
from integration.producer.runs import Pipeline
from integration.upgrade.conftest import OldLake

from waybill_sandbox.api import Simulator

PAGES = 4
"""Published by 0.1.0, each of 20 users."""

OF_0_1_0 = "0-34"
"""Offsets that had every letter: other tests add to the topic."""


def test_the_next_page_follows_that_of_0_1_0(
    old_lake: Callable[[str], OldLake], simulator: Simulator, tmp_path: Path
) -> None:
    stream = old_lake("healthy").stream
    servers = stream.kafka.bootstrap_servers
    pipeline = Pipeline(servers, simulator.url, stream.topic, tmp_path, PSEUDONYM_KEY)
    ran = pipeline.run(source__seed="fixture", source__results=20, kafka__partitions=2, producer__pages=1)
    assert ran.code == 0, ran.stderr
    cursor = pipeline.cursors()[-1]
    assert (cursor["page"], cursor["seed"]) == (PAGES + 1, "fixture")


def test_a_letter_of_0_1_0_is_redriven_once(old_lake: Callable[[str], OldLake]) -> None:
    lake = old_lake("healthy")
    lake.desk.deliver()
    preview = lake.desk.json("redrive", "--json", "--send", lake.desk.patch(), f"--offset={OF_0_1_0}")
    assert (preview["sent"], preview["verdicts"]["redriven"], preview["verdicts"]["waived"]) == (0, 6, 1)
    code, report = lake.desk.verify()
    assert (code, report["letters"]["redriven"], report["letters"]["waived"]) == (0, 6, 1)
