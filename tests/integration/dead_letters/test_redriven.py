"""Dead letters of a topic that others fill: redriven into a topic of Waybill's own, delivered, and accounted for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from changed_topics import delete_topic
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from integration.delivery.conftest import carry_whole
from integration.producer.runs import headers, read
from stream_folders import write_folder
from unit.delivery.orders import order, orders

from waybill_common.kafka import describe_topic, ensure_topic, librdkafka_config, topic_state
from waybill_common.settings import DeliverySettings, KafkaSettings, LakeSettings, Settings, StreamSettings
from waybill_delivery.beginning import begin
from waybill_delivery.run_summary import RunSummary
from waybill_delivery.sibling import SiblingDelivery
from waybill_ops.cli import main
from waybill_sandbox.kafka import KafkaCluster

LONG = "o" * 40
"""An id that version 3 of the contract refuses, and version 4 takes."""

DROP_CENTS = "def mend(event):\n    event['total']['amount'] = '1.10'\n    return event\n"


@dataclass(frozen=True)
class Foreign:
    """A stream whose topic somebody else fills."""

    name: str
    topic: str
    kafka: KafkaSettings
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def contract(self, version: int = 3) -> bytes:
        """Of version 4 ids may be of any length."""
        wider = (
            {}
            if version == 3
            else {"fields": {"2": {"wire": "string", "from": "/total/amount"}, "3": {"wire": "epoch_ms"}}}
        )
        return orders(stream=self.name, version=version, **wider).document

    def flags(self, version: int = 3) -> list[str]:
        streams = self.folder / f"streams-{version}"
        write_folder(streams, self.name, f'topic = "{self.topic}"\n', self.contract(version))
        own = [f"--stream={self.name}", f"--streams={streams}", f"--lake.url={self.folder}/lake"]
        return [*own, f"--kafka.bootstrap-servers={self.kafka.bootstrap_servers}", "--kafka.timeout=15"]

    def given_a_source(self) -> list[str]:
        """Flags of its folder as it is later."""
        streams = self.folder / "streams-later"
        toml = f'topic = "{self.topic}"\n[source]\ntype = "some_api"\n'
        write_folder(streams, self.name, toml, self.contract())
        return [one if not one.startswith("--streams=") else f"--streams={streams}" for one in self.flags()]

    def redrive(self, version: int = 3) -> list[str]:
        creation = ["--kafka.replication-factor=1", "--kafka.partitions=2"]
        return ["redrive", "--json", "--send", *self.flags(version), *creation]

    def code(self, *words: str) -> int:
        self.capsys.readouterr()
        return main(list(words))

    def json(self, *words: str) -> Any:
        assert self.code(*words) == 0, self.capsys.readouterr().err
        return json.loads(self.capsys.readouterr().out)

    def run(self, *words: str) -> Any:
        """In a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "waybill_ops", *words],
            env={"PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def verify(self) -> tuple[int, dict[str, Any]]:
        code = self.code("verify", "--json", "--complete", *self.flags())
        return code, json.loads(self.capsys.readouterr().out)

    def produce(self, values: Sequence[bytes], topic: str | None = None, of: str | None = None) -> None:
        producer = Producer(librdkafka_config(self.kafka))
        named: dict[str, str | bytes | None] = {"waybill-redrive-of": of} if of else {}
        for number, value in enumerate(values):
            producer.produce(topic or self.topic, value, b"key", headers=named, partition=number % 2)
        assert producer.flush(15) == 0

    def deliver(self, version: int = 3) -> RunSummary:
        """As an engine does: the stream, then what was redriven."""
        (self.folder / "lake").mkdir(exist_ok=True)
        settings = Settings(
            stream=StreamSettings(name=self.name, topic=self.topic, contract=self.contract(version)),
            kafka=self.kafka, lake=LakeSettings(url=f"{self.folder}/lake"), delivery=DeliverySettings(),
        )  # fmt: skip
        summary = RunSummary()
        own = begin(settings).loop(carry_whole, summary)
        own.reach(own.look().log_ends)
        SiblingDelivery(settings, carry_whole, summary).deliver(lambda: False)
        return summary

    def redriven(self) -> Counter[bytes]:
        """Records of the topic of what was redriven, by the letter that they name."""
        found = read(self.kafka.bootstrap_servers, f"{self.name}.redriven", 2)
        return Counter(headers(one).get("waybill-redrive-of", b"") for one in found)

    def topics(self) -> set[str]:
        every = (
            AdminClient({"bootstrap.servers": self.kafka.bootstrap_servers}).list_topics(timeout=15).topics
        )
        return {one for one in every if one.startswith((self.topic, self.name))}


@pytest.fixture
def foreign(kafka: KafkaCluster, topic: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Foreign:
    settings = KafkaSettings(bootstrap_servers=kafka.bootstrap_servers, replication_factor=1, timeout=15)
    ensure_topic(settings, topic, partitions=2, config={"retention.ms": "7200000000"})
    return Foreign(f"orders_{uuid.uuid4().hex[:8]}", topic, settings, tmp_path, capsys)


def broken(count: int) -> list[bytes]:
    """Each has more digits than its column, and an id of its own."""
    return [order(number, total={"amount": "1.105"}) for number in range(count)]


def test_two_operators_at_once_send_each_letter_once_and_both_datasets_close(foreign: Foreign) -> None:
    foreign.produce([*broken(200), *(order(1000 + n) for n in range(20))])
    foreign.deliver()
    before = topic_state(foreign.kafka, foreign.topic)
    (foreign.folder / "patch.py").write_text(DROP_CENTS)
    patch = f"--patch={foreign.folder}/patch.py"
    operators = [
        subprocess.Popen(
            [sys.executable, "-m", "waybill_ops", *foreign.redrive(), patch],
            env={"PYTHONPATH": os.pathsep.join(sys.path)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    for one in operators:
        _, told = one.communicate(timeout=120)
        assert one.returncode in (0, 24), told
    assert foreign.json(*foreign.redrive(), patch)["verdicts"]["redriven"] >= 0
    assert (len(foreign.redriven()), set(foreign.redriven().values())) == (200, {1})
    assert topic_state(foreign.kafka, foreign.topic) == before
    assert foreign.topics() == {foreign.topic, f"{foreign.name}.redriven", f"{foreign.name}.redrives"}
    made = describe_topic(foreign.kafka, f"{foreign.name}.redriven")
    assert made is not None
    assert (made.retention_ms, made.cleanup_policy) == (7_200_000_000, "delete")

    code, report = foreign.verify()
    assert (code, report["redriven"]["verdict"]) == (40, "failed")  # --complete: nothing of it is there yet
    assert foreign.run("deliver", *foreign.flags(), "--delivery.workers=1")["redriven"]["rows"] == 200

    code, report = foreign.verify()
    assert (code, report["findings"], report["redriven"]["findings"]) == (0, [], [])
    assert {state: report["letters"][state] for state in ("open", "redriven", "waived")} == {
        "open": 0, "redriven": 200, "waived": 0,
    }  # fmt: skip
    sibling = report["redriven"]
    assert (sibling["stream"], sibling["topic"]) == (f"{foreign.name}_redriven", f"{foreign.name}.redriven")
    assert (sibling["counts"]["rows"], sibling["counts"]["records"]) == (200, 200)
    assert foreign.json("lag", "--json", *foreign.flags())["redriven"]["newest_commit"] == 1
    report_flags = foreign.flags()[:3]
    assert foreign.json("report", "--json", *report_flags)["redriven"]["newest_commit"] == 1
    assert foreign.json("report", "--json", "--redriven", "--by=order_id", *report_flags)["rows"] == 200


def test_what_was_redriven_and_broke_again_goes_the_same_way_under_todays_contract(foreign: Foreign) -> None:
    foreign.produce([order(0, order_id=LONG), order(1)])
    assert foreign.deliver().redriven is None
    assert foreign.json(*foreign.redrive())["verdicts"]["broken"] == 1
    assert f"{foreign.name}.redriven" not in foreign.topics()
    assert foreign.json(*foreign.redrive(version=4))["sent"] == 1
    told = foreign.deliver(version=3).redriven
    assert told is not None
    assert (told.rows, told.dead) == (0, 1)
    listed = foreign.json("dead-letters", "list", "--json", "--redriven", *foreign.flags())
    assert [(one["topic"], one["state"]) for one in listed["letters"]] == [
        (f"{foreign.name}.redriven", "open")
    ]
    assert foreign.json(*foreign.redrive(version=4), "--redriven")["sent"] == 1
    assert foreign.json(*foreign.redrive(version=4), "--redriven")["sent"] == 0
    assert (foreign.deliver(version=4).redriven or RunSummary()).rows == 1
    code, report = foreign.verify()
    assert (code, report["redriven"]["verdict"]) == (0, "ok"), report
    assert (report["letters"]["redriven"], report["redriven"]["letters"]["redriven"]) == (1, 1)
    assert (report["redriven"]["counts"]["rows"], report["redriven"]["counts"]["dead_letters"]) == (1, 1)


def test_a_record_that_no_redrive_sent_fails_the_account(foreign: Foreign) -> None:
    foreign.produce(broken(2))
    foreign.deliver()
    (foreign.folder / "patch.py").write_text(DROP_CENTS)
    assert foreign.json(*foreign.redrive(), f"--patch={foreign.folder}/patch.py")["sent"] == 2
    foreign.produce([order(7)], f"{foreign.name}.redriven")
    foreign.produce([order(8)], f"{foreign.name}.redriven", of=f"{foreign.topic}/0/0")
    several = [f"--streams={foreign.folder}/streams-3", "--all", *foreign.flags()[2:]]
    told = foreign.run("deliver", *several, "--delivery.workers=1")["streams"][foreign.name]
    assert (told["commits"], told["redriven"]["commits"], told["redriven"]["rows"]) == ([], [1], 4)
    assert foreign.code("verify", "--json", *several) == 40
    said = json.loads(foreign.capsys.readouterr().out)["streams"][foreign.name]
    assert (said["verdict"], said["redriven"]["verdict"], said["exit_code"]) == ("ok", "failed", 40)
    assert foreign.json("lag", "--json", *several)["streams"][foreign.name]["redriven"]["newest_commit"] == 1
    code, report = foreign.verify()
    assert (code, report["findings_total"]) == (40, {})
    assert report["redriven"]["findings_total"] == {"redriven_twice": 1, "redrive_unrecorded": 2}


def test_a_topic_of_what_was_redriven_that_was_made_anew_is_refused_and_found(foreign: Foreign) -> None:
    foreign.produce([*broken(1), order(2, order_id=LONG)])
    foreign.deliver()
    (foreign.folder / "patch.py").write_text(DROP_CENTS)
    only = ("--reason=inexact", f"--patch={foreign.folder}/patch.py")
    assert foreign.json(*foreign.redrive(), *only)["sent"] == 1
    name = f"{foreign.name}.redriven"
    admin = AdminClient({"bootstrap.servers": foreign.kafka.bootstrap_servers})
    delete_topic(admin, name)
    assert foreign.code(*foreign.redrive(version=4)) == 22
    assert "There is no topic" in foreign.capsys.readouterr().err
    assert name not in foreign.topics()
    ensure_topic(foreign.kafka, name, partitions=2)
    assert foreign.code(*foreign.redrive(version=4)) == 22
    assert "deleted and recreated" in foreign.capsys.readouterr().err
    code, report = foreign.verify()
    assert (code, report["findings_total"]) == (40, {"topic_changed": 1})


def test_a_waived_letter_is_not_sent_and_no_topic_is_made_for_that(foreign: Foreign) -> None:
    foreign.produce(broken(1))
    foreign.deliver()
    waive = ["dead-letters", "waive", "--partition=0", *foreign.flags(), "--kafka.replication-factor=1"]
    assert foreign.code(*waive, "--reason-text=test data") == 0
    (foreign.folder / "patch.py").write_text(DROP_CENTS)
    assert foreign.json(*foreign.redrive(), f"--patch={foreign.folder}/patch.py")["verdicts"]["waived"] == 1
    assert foreign.topics() == {foreign.topic, f"{foreign.name}.redrives"}
    code, report = foreign.verify()
    assert (code, report["letters"]["waived"], "redriven" in report) == (0, 1, False)


def test_a_stream_that_is_given_a_source_later_sends_nothing_again_and_both_accounts_close(
    foreign: Foreign,
) -> None:
    foreign.produce([*broken(6), order(10)])
    foreign.deliver()
    listed = foreign.json("dead-letters", "list", "--json", *foreign.flags())["letters"]
    first, second, *_ = [f"--partition={one['partition']} --offset={one['offset']}".split() for one in listed]
    (foreign.folder / "patch.py").write_text(DROP_CENTS)
    patch = f"--patch={foreign.folder}/patch.py"
    assert foreign.json(*foreign.redrive(), patch, *first)["sent"] == 1
    made = "--kafka.replication-factor=1"
    waive = ["dead-letters", "waive", *second]
    assert foreign.code(*waive, "--reason-text=a test", *foreign.flags(), made) == 0

    later = foreign.given_a_source()
    redrive = ["redrive", "--json", "--send", patch, *later, made]
    told = foreign.json(*redrive)
    assert (told["sent"], told["verdicts"]["redriven"], told["verdicts"]["waived"]) == (4, 1, 1)
    assert foreign.json(*redrive)["sent"] == 0
    assert foreign.code(*foreign.redrive(), patch) == 61
    assert "has a source now" in foreign.capsys.readouterr().err
    assert foreign.code(*waive, "--undo", *later, made) == 0
    assert foreign.json(*redrive)["sent"] == 1
    delivered = foreign.run("deliver", *later, "--delivery.workers=1")
    assert (delivered["rows"], delivered["redriven"]["rows"]) == (5, 1)

    code = foreign.code("verify", "--json", "--complete", *later)
    report = json.loads(foreign.capsys.readouterr().out)
    assert (code, report["findings"], report["redriven"]["findings"]) == (0, [], [])
    assert (report["letters"]["redriven"], report["letters"]["open"], report["letters"]["waived"]) == (
        6,
        0,
        0,
    )
    assert report["redriven"]["counts"]["rows"] == 1
    assert foreign.json("lag", "--json", *later)["redriven"]["newest_commit"] == 1
    assert foreign.json("dead-letters", "list", "--json", "--redriven", *later)["letters"] == []

    name = f"{foreign.name}.redriven"
    admin = AdminClient({"bootstrap.servers": foreign.kafka.bootstrap_servers})
    delete_topic(admin, name)
    foreign.produce(broken(1))
    assert foreign.run("deliver", *later, "--delivery.workers=1")["dead"] == 1
    assert foreign.code(*redrive) == 22
    assert f"There is no topic {name}" in foreign.capsys.readouterr().err
