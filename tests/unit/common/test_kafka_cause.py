"""Which of librdkafka's words mean that trying again does not help. They are as a real broker's client got them."""

from __future__ import annotations

import pytest
from confluent_kafka import KafkaError

from waybill_common.errors import KafkaRefused, KafkaUnavailable, SettingsRefused
from waybill_common.kafka.cause import Told, cause_of, place_of, without_place
from waybill_common.kafka.client_errors import failure
from waybill_common.settings import KafkaSettings

AUTHENTICATION, SSL, TRANSPORT = KafkaError._AUTHENTICATION, KafkaError._SSL, KafkaError._TRANSPORT
ALL_DOWN, TIMED_OUT = KafkaError._ALL_BROKERS_DOWN, KafkaError._TIMED_OUT
HERE = "sasl_ssl://127.0.0.1:9093/bootstrap: "
SAID = "SASL authentication error: Authentication failed during authentication due to invalid credentials with SASL "
WRONG = f"{HERE}{SAID}mechanism SCRAM-SHA-512 (after 301ms in state AUTH_REQ)"
NOBODY = "sasl_ssl://127.0.0.1:9/2: Connect to ipv4#127.0.0.1:9 failed: Connection refused (after 0ms in state CONNECT)"
TOKEN = "Failed to acquire SASL OAUTHBEARER token: "


@pytest.mark.parametrize(
    ("code", "text", "advice"),
    [
        (AUTHENTICATION, WRONG, "sasl.password"),
        (
            AUTHENTICATION,
            f"{HERE}Broker: Unsupported SASL mechanism: broker's supported mechanisms: X",
            "sasl.mechanism",
        ),
        (AUTHENTICATION, f"{HERE}Broker: Request not valid in current SASL state", "security.protocol"),
        (
            SSL,
            f"{HERE}SSL handshake failed: error:0A000086:SSL routines::certificate verify failed",
            "ssl.ca.location",
        ),
        (TRANSPORT, f"{HERE}error:0A000086:SSL routines::certificate verify failed", "ssl.ca.location"),
        (TRANSPORT, f"{HERE}Receive failed: error:0A000412: SSL alert number 42", "ssl.certificate.location"),
        (
            TRANSPORT,
            f"{HERE}Receive failed: error:0A00045C: SSL alert number 116",
            "ssl.certificate.location",
        ),
        (SSL, f"{HERE}SSL handshake failed: error:0A00042E: SSL alert number 70", "ssl.*"),
        (SSL, f"{HERE}SSL handshake failed: error:0A000102:SSL routines::unsupported protocol", "ssl.*"),
        (AUTHENTICATION, f'{TOKEN}{{"error":"invalid_client"}}', "client.id"),
        (AUTHENTICATION, f'{HERE}SASL authentication error: {{"status":"invalid_token"}}', "mechanism"),
    ],
    ids=lambda one: str(one)[-30:],
)
def test_a_lasting_cause_has_its_remedy(code: int, text: str, advice: str) -> None:
    found = cause_of(code, text)
    assert found is not None
    assert advice in found.remedy


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (TRANSPORT, NOBODY),
        (
            KafkaError._RESOLVE,
            "b:1/bootstrap: Failed to resolve 'b:1': Name or service not known (after 1ms in state X)",
        ),
        (TRANSPORT, f"{HERE}Disconnected: connection closed by peer"),
        (SSL, f"{HERE}SSL handshake failed: Disconnected"),
        (SSL, f"{HERE}SSL alert number 80"),
        (TRANSPORT, f"{HERE}SSL alert number 0"),
        (AUTHENTICATION, f"{TOKEN}Failed to connect to 127.0.0.1:9 after 0 ms: Could not connect to server"),
        (AUTHENTICATION, f"{TOKEN}Operation timed out after 5000 ms"),
        (AUTHENTICATION, f'{TOKEN}{{"error":"temporarily_unavailable"}}'),
    ],
    ids=lambda one: str(one)[-30:],
)
def test_what_may_pass_is_no_cause(code: int, text: str) -> None:
    assert cause_of(code, text) is None


def test_places_and_times_are_told_apart_from_what_was_said() -> None:
    assert place_of(WRONG) == "127.0.0.1:9093"
    assert without_place(WRONG) == f"{SAID}mechanism SCRAM-SHA-512"
    assert without_place(f"{NOBODY[:-1]}, 1 identical error(s) suppressed)") == without_place(NOBODY)
    assert (place_of("words"), without_place("words")) == ("", "words")


def told(*errors: tuple[int, str]) -> Told:
    found = Told()
    for code, text in errors:
        found(KafkaError(code, text))
    return found


def test_one_broker_that_refuses_is_its_own_trouble_while_others_may_answer() -> None:
    one = told((AUTHENTICATION, WRONG))
    assert one.refusal is None
    error = failure(KafkaSettings(), "asking", KafkaError(TIMED_OUT), one)
    assert isinstance(error, KafkaUnavailable)
    assert "127.0.0.1:9093 said: SASL authentication error" in error.found


def test_a_broker_that_refuses_decides_once_all_are_down_also_where_another_is_only_gone() -> None:
    both = told((TRANSPORT, NOBODY), (AUTHENTICATION, WRONG), (ALL_DOWN, "2/2 brokers are down"))
    error = failure(KafkaSettings(), "asking", KafkaError(TIMED_OUT), both)
    assert isinstance(error, KafkaRefused)
    assert "invalid credentials" in error.found


def test_a_broker_that_answers_ends_what_was_said_before() -> None:
    both = told((AUTHENTICATION, WRONG), (ALL_DOWN, "1/1 brokers are down"))
    both.answered()
    assert (both.refusal, both.words) == (None, "")


def test_brokers_that_are_only_down_may_come_back() -> None:
    down = told((TRANSPORT, NOBODY), (ALL_DOWN, "1/1 brokers are down"))
    settings = KafkaSettings(bootstrap_servers="127.0.0.1:9")
    error = failure(settings, "asking", KafkaError(TIMED_OUT), down)
    assert isinstance(error, KafkaUnavailable)
    assert "Connection refused" in error.found


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaRefused),
        (KafkaError.CLUSTER_AUTHORIZATION_FAILED, KafkaRefused),
        (KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, KafkaRefused),
        (KafkaError.TOPIC_EXCEPTION, KafkaRefused),
        (KafkaError.UNSUPPORTED_VERSION, KafkaRefused),
        (KafkaError.INVALID_TRANSACTION_TIMEOUT, SettingsRefused),
        (KafkaError.NOT_COORDINATOR, KafkaUnavailable),
    ],
)
def test_a_brokers_answer_is_told_by_its_code(code: int, kind: type[Exception]) -> None:
    assert type(failure(KafkaSettings(), "asking", KafkaError(code), topic="names_topic")) is kind


def test_a_secret_is_taken_out_of_what_was_said() -> None:
    settings = KafkaSettings.model_validate({"secrets": {"sasl.password": "hush-hush"}})
    assert "hush" not in str(failure(settings, "asking", "no progress with hush-hush"))
