"""While a leader, a controller or a coordinator moves, brokers answer with errors that a moment later are gone."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from waybill_common.kafka import admin_requests
from waybill_common.kafka.cause import Told
from waybill_common.kafka.passing import passes
from waybill_common.settings import KafkaSettings

# As in the table of errors of Kafka's protocol guide, column "retriable", without those of consumer groups, share
# groups and raft, which no client of ours can meet.
RETRIABLE = {
    "LEADER_NOT_AVAILABLE": 5,
    "NOT_LEADER_OR_FOLLOWER": 6,
    "REQUEST_TIMED_OUT": 7,
    "REPLICA_NOT_AVAILABLE": 9,
    "NETWORK_EXCEPTION": 13,
    "COORDINATOR_LOAD_IN_PROGRESS": 14,
    "COORDINATOR_NOT_AVAILABLE": 15,
    "NOT_COORDINATOR": 16,
    "NOT_ENOUGH_REPLICAS": 19,
    "NOT_ENOUGH_REPLICAS_AFTER_APPEND": 20,
    "NOT_CONTROLLER": 41,
    "CONCURRENT_TRANSACTIONS": 51,
    "KAFKA_STORAGE_ERROR": 56,
    "FETCH_SESSION_ID_NOT_FOUND": 70,
    "INVALID_FETCH_SESSION_EPOCH": 71,
    "LISTENER_NOT_FOUND": 72,
    "FENCED_LEADER_EPOCH": 74,
    "UNKNOWN_LEADER_EPOCH": 75,
    "OFFSET_NOT_AVAILABLE": 78,
    "PREFERRED_LEADER_NOT_AVAILABLE": 80,
    "ELIGIBLE_LEADERS_NOT_AVAILABLE": 83,
    "THROTTLING_QUOTA_EXCEEDED": 89,
}


@pytest.mark.parametrize("code", RETRIABLE.values(), ids=RETRIABLE)
def test_what_kafka_calls_retriable_passes(code: int) -> None:
    assert passes(KafkaError(code))


@pytest.mark.parametrize(
    "code",
    [
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.OFFSET_OUT_OF_RANGE,
        KafkaError.MSG_SIZE_TOO_LARGE,
        KafkaError.PRODUCER_FENCED,
        KafkaError.UNSUPPORTED_VERSION,
    ],
)
def test_what_waiting_does_not_mend_does_not_pass(code: int) -> None:
    assert not passes(KafkaError(code))


@pytest.mark.parametrize("code", RETRIABLE.values(), ids=RETRIABLE)
def test_a_question_is_asked_again_while_its_error_passes(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin_requests, "_FIRST_SECONDS", 0.05)
    answers: list[Any] = [KafkaException(KafkaError(code)), 7]

    def question(_admin: AdminClient, _seconds: float) -> dict[str, Future[Any]]:
        future: Future[Any] = Future()
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
        return {"offset": future}

    settings = KafkaSettings(bootstrap_servers="127.0.0.1:1", timeout=5)
    assert admin_requests.ask(settings, question, "asking") == {"offset": 7}
    assert answers == []


class Asked:
    """An admin client whose cluster says who leads now, or does not answer."""

    def __init__(self, *, reaches_brokers: bool) -> None:
        self.told = Told()
        self._reaches_brokers = reaches_brokers

    def poll(self, _seconds: float) -> None:
        """Nothing was told."""

    def list_topics(self, **_more: Any) -> None:
        if not self._reaches_brokers:
            raise KafkaException(KafkaError(KafkaError._TRANSPORT))


@pytest.mark.parametrize(
    ("reaches_brokers", "clients"),
    [
        # The first may take a dead broker for the leader, for as long as it lives.
        pytest.param(True, 2, id="brokers answer"),
        # Only the first is told why, once and late: another one would begin to wait anew.
        pytest.param(False, 1, id="no broker answers"),
    ],
)
def test_after_a_broken_connection_another_client_asks_if_brokers_answer(
    monkeypatch: pytest.MonkeyPatch, *, reaches_brokers: bool, clients: int
) -> None:
    admin_requests._admin.cache_clear()
    monkeypatch.setattr(admin_requests, "open_admin", lambda _config: Asked(reaches_brokers=reaches_brokers))
    asked: list[AdminClient] = []

    def question(admin: AdminClient, _seconds: float) -> dict[str, Future[Any]]:
        asked.append(admin)
        future: Future[Any] = Future()
        future.set_result(7)
        return {"offset": future}

    settings = KafkaSettings(bootstrap_servers="127.0.0.1:1", timeout=5)
    try:
        found = admin_requests.ask(settings, question, "asking", usable=lambda _answers: len(asked) == 2)
    finally:
        admin_requests._admin.cache_clear()
    assert found == {"offset": 7}
    assert len({id(admin) for admin in asked}) == clients
