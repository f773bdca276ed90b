"""MinIO that takes connections and answers nothing: every wait has an end, and nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from integration.artifacts import Pipeline
from integration.containers.brokers import Brokers
from integration.containers.conftest import PipelineMaker
from integration.containers.store import Store
from integration.containers.watching import assert_whole, audit, manifest_without_receipt

from waybill_common.errors import LakeUnavailable
from waybill_common.lake import Lake, create, open_lake

OPERATIONS: dict[str, Callable[[Lake], object]] = {
    "create": lambda lake: create(lake, "key", b"body", lambda _: True),
    "read": lambda lake: lake.get("key"),
    "list": lambda lake: list(lake.keys("prefix")),
    "overwrite": lambda lake: lake.overwrite("key", b"body"),
    "delete": lambda lake: lake.delete("key"),
}
TIMEOUT, ATTEMPTS = 0.5, 3
SLACK_SECONDS = 10.0


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_each_operation_ends_within_its_attempts(store: Store, operation: Callable[[Lake], object]) -> None:
    lake = open_lake(store.lake(store.new_bucket(), timeout=TIMEOUT, attempts=ATTEMPTS), "names")
    store.pause()
    began = time.monotonic()
    with pytest.raises(LakeUnavailable, match=r"run again") as refused:
        operation(lake)
    # A create that got no answer asks what stands there, with as many attempts.
    assert time.monotonic() - began < 2 * ATTEMPTS * TIMEOUT + SLACK_SECONDS
    assert lake.address in refused.value.found


def test_a_short_pause_is_ridden_out(pipeline: Pipeline, store: Store) -> None:
    produced = pipeline.produce("--producer.pages", "5")
    driver = pipeline.start_submit("--delivery.rows-per-object", "25")
    pipeline.await_moment(driver, lambda: manifest_without_receipt(pipeline))
    store.pause()
    time.sleep(4)
    store.unpause()
    assert pipeline.ledger("receipt") == [], "paused too late to prove anything"
    assert driver.wait(timeout=120) == 0, pipeline.log_of(driver)
    assert_whole(pipeline, produced["events"])


def test_a_long_pause_ends_the_run_in_time_whatever_the_number_of_splits(
    make_pipeline: PipelineMaker, one_broker: Brokers, store: Store
) -> None:
    pipeline = make_pipeline(one_broker, WAYBILL_LAKE__TIMEOUT="1", WAYBILL_LAKE__ATTEMPTS="2")
    produced = pipeline.produce("--producer.pages", "5")
    driver = pipeline.start_submit("--delivery.rows-per-object", "25")
    pipeline.await_moment(driver, lambda: manifest_without_receipt(pipeline))
    store.pause()
    began = time.monotonic()
    assert driver.wait(timeout=240) == LakeUnavailable.exit_code, pipeline.log_of(driver)
    assert time.monotonic() - began < 45  # 71 where every split waits for itself
    assert "remedy: check that the store runs" in pipeline.log_of(driver)
    assert audit(pipeline).returncode == LakeUnavailable.exit_code

    store.unpause()
    assert pipeline.ledger("receipt") == []
    assert pipeline.submitted()["rows"] == produced["events"]
    assert_whole(pipeline, produced["events"])
