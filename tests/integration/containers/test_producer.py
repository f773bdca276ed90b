"""A broker killed while the producer's PEX publishes: what it counts as acknowledged is what readers see, each once."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path

from integration.artifacts import Pipeline
from integration.containers.brokers import Brokers
from integration.containers.conftest import PipelineMaker
from integration.producer.runs import read
from waiting import wait_until

from waybill_common.errors import DeliveryFailed, KafkaUnavailable

TRANSIENT = (KafkaUnavailable.exit_code, DeliveryFailed.exit_code)


def start_producer(pipeline: Pipeline, log: Path, *flags: str) -> subprocess.Popen[str]:
    with log.open("w") as stderr:
        return subprocess.Popen(
            [str(pipeline.artifacts / "producer.pex"), *flags],
            env=pipeline.env,
            cwd=pipeline.folder,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )


def await_records(process: subprocess.Popen[str], brokers: Brokers, topic: str, log: Path) -> None:
    wait_until(lambda: any(ends_of(brokers, topic).values()), log.read_text, process=process)


def ends_of(brokers: Brokers, topic: str) -> dict[int, int]:
    return brokers.ends(topic) if brokers.has(topic) else {}


def test_a_broker_killed_in_mid_run_loses_and_doubles_nothing(
    make_pipeline: PipelineMaker, three_brokers: Brokers, topic: str, tmp_path: Path
) -> None:
    pipeline = make_pipeline(three_brokers, WAYBILL_SOURCE__RESULTS="50")
    log = tmp_path / "producer.log"
    process = start_producer(pipeline, log, "--producer.pages", "40", "--producer.pause-interval", "0.05")
    await_records(process, three_brokers, topic, log)
    three_brokers.kill(three_brokers.leader_of(topic, 0))
    assert process.poll() is None, "killed too late to prove anything"
    out, _ = process.communicate(timeout=120)
    assert process.returncode in (0, *TRANSIENT), log.read_text()[-5000:]
    pages = log.read_text().count('"event": "page published"')
    if process.returncode == 0:
        assert json.loads(out.splitlines()[-1])["events"] == 40 * 50
    else:  # the brokers took longer than one wait; a plain re-run goes on after the last page
        pages += pipeline.produce("--producer.pages", "5")["pages"]
    read_back = Counter(message.key() for message in read(three_brokers.servers, topic, 2))
    assert sum(read_back.values()) == pages * 50
    assert set(read_back.values()) == {1}
