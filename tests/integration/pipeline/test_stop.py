"""SIGTERM to an endless run: the commit in hand is finished, and nothing is left open."""

from __future__ import annotations

import signal
import time

from integration.artifacts import Pipeline


def test_sigterm_ends_a_run_after_the_commit_in_hand(pipeline: Pipeline) -> None:
    pipeline.produce("--producer.pages", "5")
    small = ("--delivery.rows-per-object", "20", "--delivery.trigger", "1 seconds")
    driver = pipeline.start_submit(*small)
    deadline = time.monotonic() + 120
    while not pipeline.ledger("manifest"):
        assert driver.poll() is None, pipeline.log_of(driver)
        assert time.monotonic() < deadline, "no commit was begun"
        time.sleep(0.01)
    assert pipeline.ledger("receipt") == [], "no commit was in hand any more"
    driver.send_signal(signal.SIGTERM)
    assert driver.wait(timeout=60) == 0, pipeline.log_of(driver)
    assert len(pipeline.ledger("receipt")) == len(pipeline.ledger("manifest")) == 1
    code, audit = pipeline.verify()
    assert (code, audit["findings"]) == (0, [])
