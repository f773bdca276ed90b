"""``waybill deliver --all`` on a real Kafka: each stream's records arrive, whatever becomes of the others."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer
from integration.delivery.conftest import kafka_settings as kafka_settings
from integration.local_engine.test_local_engine import environment
from integration.local_engine.test_status import health, scraped, url_in
from unit.contracts.documents import ORDERS
from waiting import wait_until

from waybill_common.errors import ContractRefused, TopicRefused
from waybill_common.kafka import ensure_topic, librdkafka_config, topics_now
from waybill_common.lake import open_lake
from waybill_common.ledger import Journal
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_contracts.document.canonical_form import canonical_bytes


@dataclass
class Streams:
    """Folders of streams, each with a topic of two partitions of its own."""

    kafka: KafkaSettings
    folder: Path
    lake: LakeSettings
    run: str

    def add(self, name: str, records: int, *, has_topic: bool = True, **contract: Any) -> None:
        place = self.folder / name
        place.mkdir(parents=True, exist_ok=True)
        (place / "stream.toml").write_text(f'topic = "{self.topic(name)}"\n')
        (place / "contract.json").write_bytes(canonical_bytes(ORDERS | {"stream": name} | contract))
        if has_topic:
            ensure_topic(self.kafka, self.topic(name), partitions=2)
            self.produce(name, records)

    def topic(self, name: str) -> str:
        return f"{name}_{self.run}"

    def produce(self, name: str, records: int) -> None:
        producer = Producer(librdkafka_config(self.kafka))
        for n in range(records):
            producer.produce(self.topic(name), value=b"no order", partition=n % 2)
        assert producer.flush(30) == 0

    def frontier(self, name: str) -> int:
        return sum(Journal(open_lake(self.lake, name), writer="").position().frontier.values())

    def command(self, verb: str, *flags: str) -> list[str]:
        return [
            *(sys.executable, "-m", "waybill_ops", verb),
            *(f"--lake.url={self.lake.url}", f"--streams={self.folder}"),
            *(f"--kafka.bootstrap-servers={self.kafka.bootstrap_servers}", "--kafka.timeout=15"),
            *flags,
        ]

    def call(self, verb: str, *flags: str) -> tuple[int, dict[str, Any]]:
        done = subprocess.run(
            self.command(verb, *flags),
            env=environment(), capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)


@pytest.fixture
def streams(kafka_settings: KafkaSettings, tmp_path: Path) -> Iterator[Streams]:
    lake = LakeSettings(url=str(tmp_path / "lake"))
    yield Streams(kafka_settings, tmp_path / "streams", lake, uuid.uuid4().hex[:8])


def test_each_stream_is_delivered_and_one_that_cannot_be_ends_alone(streams: Streams) -> None:
    for name, records in {"one": 40, "two": 7, "none": 0}.items():
        streams.add(name, records)
    streams.add("changed", 3)
    code, told = streams.call("deliver", "--all", "--delivery.rows-per-object=8", "--delivery.workers=2")
    assert (code, told["exit_code"]) == (0, 0)
    assert {name: one["dead"] for name, one in told["streams"].items()} == {
        "one": 40, "two": 7, "none": 0, "changed": 3,
    }  # fmt: skip
    streams.add("changed", 2, version=ORDERS["version"], extra="dead")
    streams.produce("two", 5)
    code, told = streams.call("deliver", "--all")
    assert code == ContractRefused.exit_code
    assert told["streams"]["changed"]["error"] == "ContractRefused"
    assert (told["streams"]["two"]["dead"], told["streams"]["one"]["commits"]) == (5, [])
    code, told = streams.call("verify", "--stream=one", "--stream=t*", "--json")
    assert code == 0
    assert {name: one["verdict"] for name, one in told["streams"].items()} == {"one": "ok", "two": "ok"}
    code, told = streams.call("lag", "--all", "--max-behind=1", "--json")
    assert (code, told["streams"]["changed"]["behind"], told["streams"]["one"]["exit_code"]) == (41, 2, 0)


def test_a_run_that_goes_on_serves_all_shows_each_and_ends_when_it_is_asked_to(
    streams: Streams, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        streams.add(name, 4)
    streams.add("gone", 0, has_topic=False)
    flags = ("--all", "--delivery.trigger=200 milliseconds", "--status-port=0", "--kafka.create-topics=false")
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(
            streams.command("deliver", *flags), env=environment(), stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):  # fmt: skip
        said = (tmp_path / "log").read_text
        try:
            url = wait_until(lambda: url_in(tmp_path / "log"), said, process=process)
            wait_until(lambda: streams.frontier("one") == 4 == streams.frontier("two"), said, process=process)
            streams.produce("two", 3)
            wait_until(lambda: streams.frontier("two") == 7, said, process=process)
            wait_until(lambda: health(url)[0] == 503, said, process=process)
            assert health(url)[1].startswith("gone: it ended with TopicRefused (exit code 22)")
            assert scraped(url)["rows_total",] == 0
            process.send_signal(signal.SIGTERM)
            out, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    told = json.loads(out)
    assert process.returncode == told["exit_code"] == TopicRefused.exit_code
    assert {name: one["dead"] for name, one in told["streams"].items()} == {"gone": 0, "one": 4, "two": 7}


def test_topics_are_seen_together_and_what_cannot_be_told_is_left_out(streams: Streams) -> None:
    streams.add("one", 5)
    streams.add("two", 2)
    names = [streams.topic(name) for name in ("one", "two", "three")]
    found = topics_now(streams.kafka, names)
    assert {*found} == {*names[:2]}
    one = found[names[0]]
    assert (sum(one.state.log_ends.values()), one.topic.partitions, one.state.id) == (5, 2, one.topic.id)
    assert topics_now(streams.kafka, names, {names[0]: one.topic}) == found
    anew = replace(one.topic, id="another")
    assert {*topics_now(streams.kafka, names, {names[0]: anew})} == {names[1]}
    assert topics_now(streams.kafka, names, {}, found) == found
    streams.produce("one", 2)
    later = topics_now(streams.kafka, names, {}, found)[names[0]]
    assert later == replace(one, state=replace(one.state, log_ends=later.state.log_ends))
    assert sum(later.state.log_ends.values()) == sum(one.state.log_ends.values()) + 2
    gone = replace(one, topic=replace(one.topic, name=names[2]))
    assert topics_now(streams.kafka, [names[2]], {}, {names[2]: gone}) == {}
    assert topics_now(streams.kafka, [names[2]]) == {}
    assert topics_now(streams.kafka, []) == {}
