"""Spark's classes, kept between two runs of one machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from integration.artifacts import Pipeline


def test_a_run_starts_with_the_classes_that_another_has_kept(pipeline: Pipeline) -> None:
    """The tests that follow use them too, and so take less time."""
    produced = pipeline.produce("--producer.pages", "1")
    first = replace(pipeline, flags=("--keep-classes",)).submit()
    assert first.returncode == 0, first.stderr[-5000:]
    [archive] = Path(pipeline.env["HOME"], ".cache/waybill/classes").iterdir()
    assert archive.stat().st_size > 10**7

    # A JVM that must share classes ends where it can't.
    second = replace(pipeline, conf=("spark.driver.extraJavaOptions=-Xshare:on",)).submit()
    assert second.returncode == 0, second.stderr[-5000:]
    said = [line for run in (first, second) for line in run.stdout.splitlines()]
    assert [line for line in said if not line.startswith("{")] == [], (
        "stdout is the application's, not the JVM's"
    )
    assert pipeline.verify("--complete")[1]["counts"]["rows"] == produced["events"]
