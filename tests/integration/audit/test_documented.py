"""``waybill verify`` on datasets of contracts that this release does not carry, against real Kafka."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer
from unit.contracts.documents import document, field
from unit.ops.altered import cell
from unit.ops.documented import WINDOW, Dataset
from unit.ops.orders import ORDER, ORDERS, order

from waybill_common.kafka import describe_topic, ensure_topic, librdkafka_config
from waybill_common.settings import KafkaSettings
from waybill_contracts.judging import KafkaInput
from waybill_ops.cli import main

SENT = (*ORDERS[:2], order("long"), *ORDERS[4:7], order("e", at=None))
"""Those that a client of Kafka can send."""


def produce(kafka: KafkaSettings, topic: str, records: Sequence[KafkaInput]) -> None:
    """In one transaction, whose marker takes the offset after them."""
    producer = Producer(librdkafka_config(kafka, {"transactional.id": uuid.uuid4().hex}))
    producer.init_transactions(30)
    producer.begin_transaction()
    for one in records:
        headers: list[tuple[str, str | bytes | None]] = [
            (name.decode(), value) for name, value in one.headers
        ]
        stamp = max(one.timestamp, 0)
        producer.produce(topic, one.value, one.key, partition=0, headers=headers, timestamp=stamp)
    producer.commit_transaction(30)


def new_dataset(kafka: KafkaSettings, folder: Path) -> Dataset:
    topic = f"orders_topic.{uuid.uuid4().hex[:12]}"
    ensure_topic(kafka, topic, partitions=1)
    state = describe_topic(kafka, topic)
    assert state is not None
    return Dataset(folder, "s", topic, state.id)


def verify(
    kafka: KafkaSettings, dataset: Dataset, capsys: pytest.CaptureFixture[str], *flags: str
) -> tuple[int, dict[str, Any]]:
    command = ["verify", "--json", f"--lake.url={dataset.folder}", f"--stream.name={dataset.stream}", *flags]
    command += [f"--stream.topic={dataset.topic}", f"--kafka.bootstrap-servers={kafka.bootstrap_servers}"]
    code = main([*command, "--kafka.timeout=15"])
    return code, json.loads(capsys.readouterr().out)


def test_a_dataset_is_audited_by_its_own_documents(
    audited_kafka: KafkaSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = new_dataset(audited_kafka, tmp_path)
    for records in (SENT, [order("z")]):
        produce(audited_kafka, dataset.topic, records)
        dataset.commit(ORDER, records, window=WINDOW)
    code, report = verify(audited_kafka, dataset, capsys)
    assert (code, report["verdict"], report["findings"]) == (0, "ok", [])
    counts = {
        name: report["counts"][name] for name in ("rows", "dead_letters", "skipped", "records", "empty")
    }
    assert counts == {"rows": 6, "dead_letters": 1, "skipped": 1, "records": 8, "empty": 2}

    produce(audited_kafka, dataset.topic, [SENT[3], order("y")])
    assert verify(audited_kafka, dataset, capsys)[1]["in_flight"]["offsets"] == {"0": 3}
    code, report = verify(audited_kafka, dataset, capsys, "--complete")
    assert (code, [one["where"] for one in report["findings"]]) == (40, ["partition 0 offset 11"])

    one = dataset.commits[0].splits[0]["data"][-1]
    dataset.rewrite(one, cell("amount", 0))
    code, report = verify(audited_kafka, dataset, capsys)
    assert (code, [one["code"] for one in report["findings"]]) == (40, ["row_altered"])


def test_a_topic_of_texts_is_audited(
    audited_kafka: KafkaSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of = document(
        field(1, "line", "string", required=True), value={"format": "text"},
        entries={"1": {"rules": {"maxLength": 3}}}, partition_by=["day(kafka_timestamp)"],
    )  # fmt: skip
    records = [KafkaInput(one, b"k", (), 1_764_421_200_123) for one in (b"a", b"", b"\xff", b"long", None)]
    dataset = new_dataset(audited_kafka, tmp_path)
    produce(audited_kafka, dataset.topic, records)
    dataset.commit(of, records, window=WINDOW)
    code, report = verify(audited_kafka, dataset, capsys)
    assert (code, report["findings"], report["counts"]["dead_letters"]) == (0, [], 3)


def test_a_stream_that_nobody_delivers_yet_is_no_error(
    audited_kafka: KafkaSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = new_dataset(audited_kafka, tmp_path)
    produce(audited_kafka, dataset.topic, [order("a")])
    code, report = verify(audited_kafka, dataset, capsys)
    assert (code, report["verdict"]) == (42, "nothing_delivered")
    code, report = verify(audited_kafka, dataset, capsys, "--complete")
    assert (code, [one["code"] for one in report["findings"]]) == (40, ["missing"])
