"""The leader of a topic's partition is killed under an audit: verify goes on with the next one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from integration.delivery.conftest import Stream

from waybill_common.kafka.clients import Reader, open_admin
from waybill_common.lake import open_lake
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_ops.audit import kafka_log
from waybill_ops.cli import main
from waybill_sandbox.kafka import KafkaCluster

TRANSACTIONS, EVENTS = 10, 20
# A fetch brings one transaction, and the next one is asked for when that is read: most is unread in mid-verify.
FETCHES_OF_ONE = {"fetch.message.max.bytes": "1000", "queued.min.messages": "1"}


class Bereaved(Reader):
    """A reader that loses the leader of partition 0 at one moment: before a question, or with the first records."""

    cluster: KafkaCluster
    topic: str
    moment: str
    killed: int | None = None

    def get_watermark_offsets(self, *arguments: Any, **more: Any) -> Any:
        if self.moment == "question":
            self.kill_leader()
        return super().get_watermark_offsets(*arguments, **more)

    def consume(self, *arguments: Any, **more: Any) -> Any:
        messages = super().consume(*arguments, **more)
        if self.moment == "read" and messages:
            self.kill_leader()
        return messages

    def kill_leader(self) -> None:
        if Bereaved.killed is None:
            topics = open_admin({"bootstrap.servers": self.cluster.bootstrap_servers}).list_topics(self.topic)
            Bereaved.killed = int(topics.topics[self.topic].partitions[0].leader)
            self.cluster.kill_node(Bereaved.killed)


@pytest.mark.parametrize("moment", ["question", "read"])
def test_verify_goes_on_when_a_leader_is_killed(
    kafka_three: KafkaCluster,
    topic: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    moment: str,
) -> None:
    kafka = KafkaSettings(bootstrap_servers=kafka_three.bootstrap_servers, replication_factor=3, timeout=30)
    stream = Stream(kafka, topic, open_lake(LakeSettings(url=str(tmp_path / "lake"), attempts=3), "names"))
    stream.create()
    for number in range(TRANSACTIONS):
        stream.names(EVENTS, first=number * EVENTS)
    stream.driver().reach(stream.ends())
    for name, value in {"cluster": kafka_three, "topic": topic, "moment": moment, "killed": None}.items():
        monkeypatch.setattr(Bereaved, name, value, raising=False)
    monkeypatch.setattr(kafka_log, "open_reader", Bereaved)
    monkeypatch.setattr(kafka_log, "FETCH", EVENTS)
    capsys.readouterr()
    code = main(
        [
            "verify",
            "--json",
            "--complete",
            f"--lake.url={stream.lake.settings.url}",
            f"--kafka.bootstrap-servers={kafka.bootstrap_servers}",
            "--kafka.timeout=30",
            f"--kafka.properties={json.dumps(FETCHES_OF_ONE)}",
            f"--stream.topic={topic}",
        ]
    )
    said = capsys.readouterr()
    assert Bereaved.killed not in (None, *kafka_three.pids())
    assert code == 0, said.err
    assert json.loads(said.out)["counts"]["records"] == TRANSACTIONS * EVENTS
