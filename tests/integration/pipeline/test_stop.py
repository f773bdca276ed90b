"""An end in mid-commit of an endless run: the commit in hand is finished, and nothing is left open or running."""

from __future__ import annotations

import signal
import time

import pytest
from integration.artifacts import BOUND_SECONDS
from integration.artifacts import Pipeline
from processes import descendants
from processes import runs

SMALL = ("--delivery.rows-per-object", "20", "--delivery.trigger", "1 seconds")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_a_signal_to_submit_ends_a_run_after_the_commit_in_hand(
    number: signal.Signals, pipeline: Pipeline
) -> None:
    pipeline.produce("--producer.pages", "5")
    driver = pipeline.start_submit(*SMALL)
    deadline = time.monotonic() + BOUND_SECONDS
    while not pipeline.ledger("manifest"):
        assert driver.poll() is None, pipeline.log_of(driver)
        assert time.monotonic() < deadline, "no commit was begun"
        time.sleep(0.01)
    assert pipeline.ledger("receipt") == [], "no commit was in hand any more"
    started = [pid for pid, _ in descendants(driver.pid)]
    assert len(started) > 1, "Java and Python are below submit"
    driver.send_signal(number)
    assert driver.wait(timeout=60) == (0 if number == signal.SIGTERM else -number), pipeline.log_of(driver)
    while any(runs(pid) for pid in started):
        assert time.monotonic() < deadline + BOUND_SECONDS, pipeline.log_of(driver)
        time.sleep(0.05)
    assert len(pipeline.ledger("receipt")) == len(pipeline.ledger("manifest")) == 1
    code, audit = pipeline.verify()
    assert (code, audit["findings"]) == (0, [])
