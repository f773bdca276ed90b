"""Lakes that nobody tampered with, in every state that a run can leave them in, and audits that can't be held."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from changed_topics import add_partitions, delete_topic
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from integration.audit.conftest import fill
from integration.audit.forger import Forger
from integration.delivery.conftest import Stream
from jsonschema import Draft202012Validator
from sample_events import START, nth_event

from waybill_common.kafka import ensure_topic
from waybill_common.lake import open_lake
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_ops.cli import main
from waybill_streams.names import NAMES

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"


@dataclass(frozen=True)
class Audited:
    """A stream, and verify on it."""

    stream: Stream
    capsys: pytest.CaptureFixture[str]

    def verify(self, *flags: str) -> tuple[int, dict[str, Any]]:
        code = self.code("--json", *flags)
        return code, json.loads(self.capsys.readouterr().out)

    def code(self, *flags: str) -> int:
        self.capsys.readouterr()  # what the writer in this process logged
        return main(
            [
                "verify",
                f"--lake.url={self.stream.lake.settings.url}",
                f"--kafka.bootstrap-servers={self.stream.kafka.bootstrap_servers}",
                f"--stream.topic={self.stream.topic}",
                "--kafka.timeout=15",
                *flags,
            ]
        )

    @property
    def forger(self) -> Forger:
        return Forger(Path(self.stream.lake.local_root or ""))


@pytest.fixture
def audited(
    audited_kafka: KafkaSettings, topic: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Audited:
    folder = tmp_path / "lake"
    folder.mkdir()
    ensure_topic(audited_kafka, topic, partitions=2)
    lake = open_lake(LakeSettings(url=str(folder), attempts=3), "names")
    return Audited(Stream(audited_kafka, topic, lake), capsys)


def delete_records(stream: Stream, partition: int, before: int) -> None:
    """What retention does."""
    admin = AdminClient({"bootstrap.servers": stream.kafka.bootstrap_servers})
    where = TopicPartition(stream.topic, partition, before)
    admin.delete_records([where])[where].result(15)


def codes(report: dict[str, Any]) -> list[str]:
    return [one["code"] for one in report["findings"]]


def test_an_empty_lake_beside_records_is_not_well(audited: Audited) -> None:
    audited.stream.names(3)
    code, report = audited.verify()
    assert (code, report["verdict"], report["counts"]["commits"]) == (42, "nothing_delivered", 0)
    assert (report["in_flight"]["offsets"], report["findings"]) == ({"0": 4}, [])
    assert audited.code() == 42
    said = audited.capsys.readouterr()
    assert "verdict: nothing_delivered" in said.out
    assert "run `waybill deliver` or `waybill submit`" in said.err


def test_an_empty_lake_of_a_topic_without_records_is_well(audited: Audited) -> None:
    audited.stream.produce([b"never seen"], commit=False)
    code, report = audited.verify()
    assert (code, report["verdict"]) == (0, "ok")
    assert audited.code() == 0
    assert "nothing was delivered yet; the topic has no records" in audited.capsys.readouterr().out


def test_a_first_commit_without_a_receipt_is_no_delivery(audited: Audited) -> None:
    fill(audited.stream)
    for path in (audited.forger.stream / "_waybill").glob("*.json"):
        if path != audited.forger.entry(1, "manifest"):
            path.unlink()
    for path in [*audited.forger.data(), *audited.forger.dead()]:
        path.unlink()
    code, report = audited.verify()
    assert (code, report["verdict"], report["findings"]) == (42, "nothing_delivered", [])


def test_an_empty_lake_lacks_every_record_with_complete(audited: Audited) -> None:
    audited.stream.names(3)
    code, report = audited.verify("--complete")
    assert (code, codes(report)) == (40, ["missing"] * 3)


def test_an_empty_lake_of_an_empty_topic_is_complete(audited: Audited) -> None:
    assert audited.verify("--complete")[0] == 0


def test_every_entry_that_is_written_is_valid(audited: Audited) -> None:
    fill(audited.stream)
    found = sorted((audited.forger.stream / "_waybill").glob("*.json"))
    assert len(found) == 7
    for path in found:
        kind = path.name.removesuffix(".json").rsplit(".", 1)[-1]
        schema = json.loads((SCHEMAS / f"{kind}.schema.json").read_text())
        Draft202012Validator(schema).validate(json.loads(path.read_bytes()))


def test_a_commit_without_a_receipt_is_in_flight(audited: Audited) -> None:
    fill(audited.stream)
    audited.forger.entry(3, "receipt").unlink()
    (audited.forger.stream / "_waybill/latest.json").unlink()
    code, report = audited.verify()
    assert (code, report["findings"]) == (0, [])
    assert report["in_flight"] == {"offsets": {"1": 5}, "objects": 1}
    assert codes(audited.verify("--complete")[1]) == ["missing"] * 4


def test_records_that_retention_took_are_judged_by_their_receipts(audited: Audited) -> None:
    fill(audited.stream)
    delete_records(audited.stream, 0, 12)
    code, report = audited.verify()
    assert (code, report["findings"]) == (0, [])
    assert report["judged_by_receipts"] == {"0": 12}
    assert audited.code() == 0
    assert "judged by receipts alone: 12 offsets" in audited.capsys.readouterr().out


def test_accepted_loss_is_a_hole_and_a_row_in_it_is_found(audited: Audited) -> None:
    audited.stream.names(10)
    audited.stream.driver().reach(audited.stream.ends())
    audited.stream.names(10, first=20)
    delete_records(audited.stream, 0, 15)
    audited.stream.driver(accept_loss=True).reach(audited.stream.ends())
    code, report = audited.verify()
    assert (code, report["counts"]["lost"]) == (0, 4)
    last = audited.forger.data()[-1]
    late = audited.forger.copy(last, last.name.replace("0015-", "0011-"))
    audited.forger.rewrite(late, lambda rows: [{**rows[0], "kafka_offset": 11}])
    code, report = audited.verify()
    assert (code, codes(report)[:2]) == (40, ["object_orphaned", "row_in_hole"])
    assert "partition 0 offset 11" in [one["where"] for one in report["findings"]]


def test_a_repeated_event_id_is_listed_and_does_not_fail(audited: Audited) -> None:
    audited.stream.names(2)
    audited.stream.produce([NAMES.encode(nth_event(0, produced_at=START + timedelta(days=1)))], partition=1)
    audited.stream.driver().reach(audited.stream.ends())
    code, report = audited.verify()
    assert (code, codes(report)) == (0, ["repeated_id"])
    assert nth_event(0).id in report["findings"][0]["detail"]


def test_a_recreated_topic_is_another_topic(audited: Audited) -> None:
    fill(audited.stream)
    admin = AdminClient({"bootstrap.servers": audited.stream.kafka.bootstrap_servers})
    delete_topic(admin, audited.stream.topic)
    code, report = audited.verify()
    assert (code, codes(report)) == (40, ["topic_changed"])
    audited.stream.create()
    code, report = audited.verify()
    assert (code, codes(report)) == (40, ["topic_changed"])


def test_partitions_that_were_added_later_are_audited(audited: Audited) -> None:
    fill(audited.stream)
    admin = AdminClient({"bootstrap.servers": audited.stream.kafka.bootstrap_servers})
    add_partitions(admin, audited.stream.topic, 3)
    audited.stream.names(4, first=500, partition=2)
    assert audited.verify()[1]["in_flight"]["offsets"] == {"2": 5}
    audited.stream.driver().reach(audited.stream.ends())
    code, report = audited.verify("--complete")
    assert (code, report["frontier"]["2"]) == (0, 5)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda s: replace(s, topic="names_topic.nowhere"), 31),
        (lambda s: replace(s, kafka=s.kafka.model_copy(update={"bootstrap_servers": "127.0.0.1:1"})), 20),
    ],
    ids=["another_topics_lake", "no_broker"],
)
def test_an_audit_that_can_not_be_held_has_a_code_of_its_own(
    change: Callable[[Stream], Stream], code: int, audited: Audited
) -> None:
    fill(audited.stream)
    other = replace(audited, stream=change(audited.stream))
    assert other.code("--kafka.timeout=2") == code
    assert other.capsys.readouterr().out == ""


def test_an_empty_lake_without_a_topic_is_refused(audited: Audited) -> None:
    other = replace(audited, stream=replace(audited.stream, topic="names_topic.nowhere"))
    assert other.code() == 22
