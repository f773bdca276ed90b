"""An end in mid-commit of an endless run: the commit in hand is finished, and nothing is left open or running.

While the run is there, nothing of it listens beyond loopback.
"""

from __future__ import annotations

import signal

import pytest
from integration.artifacts import BOUND_SECONDS, Pipeline
from processes import descendants, listeners, runs
from waiting import wait_until

SMALL = ("--delivery.rows-per-object", "20", "--delivery.trigger", "1 seconds")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_a_signal_to_submit_ends_a_run_after_the_commit_in_hand(
    number: signal.Signals, pipeline: Pipeline
) -> None:
    pipeline.produce("--producer.pages", "5")
    # With a UI, and nobody who says what to listen on.
    pipeline.env = {name: text for name, text in pipeline.env.items() if name != "SPARK_LOCAL_IP"}
    pipeline.conf = ("spark.ui.enabled=true", "spark.ui.port=0")
    driver = pipeline.start_submit(*SMALL)
    pipeline.await_moment(driver, lambda: bool(pipeline.ledger("manifest")))
    assert pipeline.ledger("receipt") == [], "no commit was in hand any more"
    started = [pid for pid, _ in descendants(driver.pid)]
    assert len(started) > 1, "Java and Python are below submit"
    listening = [one for pid in (driver.pid, *started) for one in listeners(pid)]
    assert len(listening) > 3, "the UI, the RPC and the block manager are among them"
    assert {address for address, _ in listening} == {"127.0.0.1"}
    driver.send_signal(number)
    assert driver.wait(timeout=60) == (0 if number == signal.SIGTERM else -number), pipeline.log_of(driver)
    wait_until(
        lambda: not any(runs(pid) for pid in started), lambda: pipeline.log_of(driver), seconds=BOUND_SECONDS
    )
    assert len(pipeline.ledger("receipt")) == len(pipeline.ledger("manifest")) == 1
    code, audit = pipeline.verify()
    assert (code, audit["findings"]) == (0, [])
