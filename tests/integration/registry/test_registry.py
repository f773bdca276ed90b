"""The producer with a real registry, and readers that need none."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient
from integration.delivery.conftest import Stream
from integration.producer.runs import Pipeline, finish
from integration.registry.server import SchemaRegistry

from waybill_common.lake import open_lake
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_ops.cli import main
from waybill_sandbox.api import Simulator
from waybill_sandbox.api.faults import ApiFault, FaultKind, FaultPlan
from waybill_sandbox.ports import free_ports
from waybill_streams.names import NAMES

EXAMPLE = Path(__file__).parents[3] / "examples" / "audit.py"
OTHER = '{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}'


def frames(pipeline: Pipeline) -> list[tuple[int, int]]:
    """The first byte of each event and the number in the next four."""
    values = [message.value() or b"" for message in pipeline.events()]
    return [(value[0], int.from_bytes(value[1:5], "big")) for value in values]


def deliver(pipeline: Pipeline, lake: Path) -> None:
    kafka = KafkaSettings(bootstrap_servers=pipeline.servers, replication_factor=1, timeout=15)
    stream = Stream(kafka, pipeline.topic, open_lake(LakeSettings(url=str(lake), attempts=3), "names"))
    stream.driver(rows_per_object=40).reach(stream.ends())


def audit(pipeline: Pipeline, lake: Path) -> tuple[int, str]:
    """Verify, and the example auditor's words."""
    place = [f"--kafka.bootstrap-servers={pipeline.servers}", f"--stream.topic={pipeline.topic}"]
    code = main(["verify", "--complete", "--kafka.timeout=15", f"--lake.url={lake}", *place])
    command = [sys.executable, EXAMPLE, lake / "names", pipeline.servers, pipeline.topic, "--complete"]
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=60, check=False
    )
    return code, done.stdout + done.stderr


def topics(pipeline: Pipeline) -> set[str]:
    return set(AdminClient({"bootstrap.servers": pipeline.servers}).list_topics(timeout=10).topics)


def test_events_carry_the_id_of_their_contract_and_nothing_else_is_framed(
    pipeline: Pipeline, registry: SchemaRegistry, simulator: Simulator
) -> None:
    simulator.set_faults(FaultPlan(faults=(ApiFault(kind=FaultKind.MALFORMED_USERS, share=0.3, times=None),)))
    ran = pipeline.run(registry__url=registry.url, producer__pages=1)
    assert ran.code == 0, ran.stderr
    found = set(frames(pipeline))
    [(magic, schema_id)] = found
    assert magic == 0
    assert json.loads(registry.schema(schema_id)) == NAMES.json_schema()
    letters = pipeline.dead_letters()
    assert letters
    assert all(json.loads(letter.value() or b"") for letter in letters)
    assert [cursor["page"] for cursor in pipeline.cursors()] == [1]


def test_another_start_finds_the_contract_there(pipeline: Pipeline, registry: SchemaRegistry) -> None:
    for _ in range(2):
        ran = pipeline.run(registry__url=registry.url, producer__pages=1)
        assert ran.code == 0, ran.stderr
    assert len(frames(pipeline)) == 100
    assert len(set(frames(pipeline))) == 1
    assert registry.versions(pipeline.topic) == [1]


def test_framed_and_plain_values_are_delivered_with_the_registry_gone(
    pipeline: Pipeline, registry: SchemaRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pipeline.run(registry__url=registry.url, producer__pages=2).code == 0
    assert pipeline.run(producer__pages=1).code == 0
    registry.stop()
    magics = [magic for magic, _ in frames(pipeline)]
    assert (magics.count(0), magics.count(ord("{"))) == (100, 50)
    deliver(pipeline, tmp_path / "lake")
    assert audit(pipeline, tmp_path / "lake") == (0, "")
    assert "150" in capsys.readouterr().out


def test_a_run_that_has_begun_does_not_need_the_registry(
    pipeline: Pipeline, registry: SchemaRegistry
) -> None:
    process = pipeline.start(
        registry__url=registry.url,
        producer__pages=None,
        producer__streaming_duration=8,
        producer__pause_interval=1,
    )
    assert process.stderr is not None
    while "page published" not in process.stderr.readline():
        assert process.poll() is None
    registry.pause()
    ran = finish(process)
    assert ran.code == 0, ran.stderr
    assert ran.summary is not None
    assert ran.summary["pages"] > 1
    assert len(set(frames(pipeline))) == 1


def test_a_contract_that_breaks_the_subject_is_refused(pipeline: Pipeline, registry: SchemaRegistry) -> None:
    registry.register(pipeline.topic, OTHER)
    registry.demand(pipeline.topic, "BACKWARD")
    ran = pipeline.run(registry__url=registry.url)
    assert ran.code == 26
    assert "status 409" in ran.stderr
    assert registry.versions(pipeline.topic) == [1]
    assert pipeline.topic not in topics(pipeline)


@pytest.mark.parametrize("how", ["stop", "pause"])
def test_without_its_registry_a_run_ends_before_it_touches_kafka(
    how: str, pipeline: Pipeline, registry: SchemaRegistry
) -> None:
    getattr(registry, how)()
    started = time.monotonic()
    ran = pipeline.run(registry__url=registry.url, registry__attempts=2, registry__timeout=1)
    assert time.monotonic() - started < 60
    assert ran.code == 25
    assert ran.summary is not None
    assert ran.summary["error"]["type"] == "RegistryUnavailable"
    assert pipeline.topic not in topics(pipeline)


def test_an_address_that_is_no_registry_is_refused(pipeline: Pipeline, registry: SchemaRegistry) -> None:
    ran = pipeline.run(registry__url=registry.url.removesuffix("/ccompat/v7"))
    assert ran.code == 26
    assert "correct registry.url" in ran.stderr


def test_sigterm_does_not_wait_for_a_registry(pipeline: Pipeline) -> None:
    [nobody] = free_ports(1)
    process = pipeline.start(registry__url=f"http://127.0.0.1:{nobody}", registry__attempts=100)
    assert process.stderr is not None
    while "attempt failed" not in process.stderr.readline():
        assert process.poll() is None
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    ran = finish(process)
    assert time.monotonic() - asked < 30
    assert ran.code == 0, ran.stderr
    assert ran.summary is not None
    assert ran.summary["ended"] == "signal"
