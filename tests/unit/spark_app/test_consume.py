"""Which answers of a broker are worth another question."""

from __future__ import annotations

from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from waybill_common.errors import KafkaRefused
from waybill_common.kafka.clients import Reader
from waybill_common.kafka.log_start import log_start
from waybill_common.settings import KafkaSettings


class Broker(Reader):
    """Answers with these errors, one after the other, and then with the watermarks 7 and 9."""

    def __init__(self, *codes: int) -> None:
        super().__init__({"group.id": "test"})
        self.codes = [*codes]

    def get_watermark_offsets(self, *_args: Any, **_more: Any) -> tuple[int, int]:
        if self.codes:
            raise KafkaException(KafkaError(self.codes.pop(0)))
        return 7, 9

    def list_topics(self, *_args: Any, **_more: Any) -> None:
        """Nobody answers."""


@pytest.mark.parametrize(
    "code",
    [KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE, KafkaError._TRANSPORT],
    ids=["leader moved", "no leader", "connection broke"],
)
def test_a_partition_without_a_leader_is_asked_again(code: int) -> None:
    assert log_start(Broker(code, code), KafkaSettings(), "t", 0) == 7


def test_an_answer_that_will_not_change_ends_the_read() -> None:
    broker = Broker(KafkaError.TOPIC_AUTHORIZATION_FAILED)
    with pytest.raises(KafkaRefused, match="reading t partition 0"):
        log_start(broker, KafkaSettings(), "t", 0)
