"""SIGKILL at the protocol's three moments, then a plain re-run; and two drivers at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from integration.artifacts import Pipeline

from waybill_common.errors import DriverFenced

SPLITS = ("--delivery.rows-per-object", "100")


def after_manifest(pipeline: Pipeline) -> bool:
    return bool(pipeline.ledger("manifest"))


def after_some_data(pipeline: Pipeline) -> bool:
    return bool(pipeline.objects("data"))


def before_receipt(pipeline: Pipeline) -> bool:
    manifests = pipeline.ledger("manifest")
    return bool(manifests) and len(pipeline.objects("data")) >= len(manifests[0]["splits"])


@pytest.mark.parametrize(
    "moment", [after_manifest, after_some_data, before_receipt], ids=lambda m: m.__name__
)
def test_a_driver_killed_is_followed_by_one_that_finishes(
    pipeline: Pipeline, moment: Callable[[Pipeline], bool]
) -> None:
    produced = pipeline.produce("--producer.pages", "5")
    driver = pipeline.start_submit(*SPLITS)
    pipeline.kill_group_when(driver, lambda: moment(pipeline))
    assert pipeline.ledger("receipt") == [], "killed too late to prove anything"
    assert len(pipeline.ledger("manifest")) == 1
    delivered = pipeline.submitted(*SPLITS)
    assert delivered["rows"] == produced["events"]
    code, audit = pipeline.verify("--complete")
    assert (code, audit["findings"]) == (0, [])


def test_two_drivers_started_together_lose_and_double_nothing(pipeline: Pipeline) -> None:
    produced = pipeline.produce("--producer.pages", "5")
    first, second = pipeline.start_submit(*SPLITS), pipeline.start_submit(*SPLITS)
    codes = sorted((first.wait(timeout=240), second.wait(timeout=240)))
    assert codes in ([0, 0], [0, DriverFenced.exit_code]), pipeline.log_of(first) + pipeline.log_of(second)
    rows = sum(receipt["rows"] for receipt in pipeline.ledger("receipt"))
    assert rows == produced["events"]
    code, audit = pipeline.verify("--complete")
    assert (code, audit["findings"]) == (0, [])
