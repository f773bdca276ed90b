"""The auditor's own reader: which answers of a broker are worth another question."""

from __future__ import annotations

from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from waybill_common.errors import KafkaRefused
from waybill_common.kafka.clients import Reader
from waybill_common.settings import KafkaSettings
from waybill_ops.audit import kafka_log
from waybill_ops.audit.kafka_log import LogReader, PartitionBounds


class Broker(Reader):
    """Answers with these errors, one after the other, and then with the watermarks 7 and 9."""

    codes: list[int]

    def get_watermark_offsets(self, *_args: Any, **_more: Any) -> tuple[int, int]:
        if self.codes:
            raise KafkaException(KafkaError(self.codes.pop(0)))
        return 7, 9

    def list_topics(self, *_args: Any, **_more: Any) -> None:
        """Nobody answers."""


@pytest.fixture(autouse=True)
def _broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka_log, "open_reader", Broker)
    monkeypatch.setattr(kafka_log, "PAUSE_SECONDS", 0)


def bounds(monkeypatch: pytest.MonkeyPatch, *codes: int) -> dict[int, PartitionBounds]:
    monkeypatch.setattr(Broker, "codes", [*codes], raising=False)
    reader = LogReader(KafkaSettings(), "t")
    try:
        return reader.bounds([0])
    finally:
        reader.close()


@pytest.mark.parametrize(
    "code",
    [KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.FENCED_LEADER_EPOCH, KafkaError._TRANSPORT],
    ids=["leader moved", "epoch", "connection broke"],
)
def test_a_partition_whose_leader_moves_is_asked_again(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    assert bounds(monkeypatch, code, code) == {0: PartitionBounds(7, 9)}


def test_an_answer_that_will_not_change_ends_the_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KafkaRefused, match="reading t"):
        bounds(monkeypatch, KafkaError.TOPIC_AUTHORIZATION_FAILED)
