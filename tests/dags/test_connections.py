"""Airflow's connections reach the programs as settings, and the nearest source wins."""

from __future__ import annotations

import json

import pytest
from waybill_dags.connections import ConnectionRefused, kafka_settings, over, s3_settings
from waybill_dags.program import program_environment

KAFKA = {"bootstrap.servers": "b:9092", "security.protocol": "SASL_SSL", "sasl.password": "hush"}


def test_a_kafka_connection_is_librdkafkas_configuration_with_its_secrets_apart() -> None:
    assert kafka_settings({**KAFKA, "ssl.key.pem": "pem", "socket.timeout.ms": 5}) == {
        "WAYBILL_KAFKA__BOOTSTRAP_SERVERS": "b:9092",
        "WAYBILL_KAFKA__PROPERTIES": '{"security.protocol": "SASL_SSL", "socket.timeout.ms": "5"}',
        "WAYBILL_KAFKA__SECRETS": '{"sasl.password": "hush", "ssl.key.pem": "pem"}',
    }
    assert kafka_settings({}) == {}


def test_an_s3_connection_is_keys_endpoint_and_region() -> None:
    assert s3_settings("key", "hush", {"endpoint_url": "http://minio:9000", "region_name": "eu-1"}) == {
        "WAYBILL_LAKE__ACCESS_KEY_ID": "key",
        "WAYBILL_LAKE__SECRET_ACCESS_KEY": "hush",
        "WAYBILL_LAKE__ENDPOINT": "http://minio:9000",
        "WAYBILL_LAKE__REGION": "eu-1",
    }
    assert s3_settings(None, None, {}) == {}
    assert s3_settings(None, None, {"verify": True}) == {}
    assert s3_settings(None, None, {"verify": "/etc/ca.pem"}) == {"WAYBILL_LAKE__CA_FILE": "/etc/ca.pem"}
    with pytest.raises(ConnectionRefused, match="verify = false"):
        s3_settings(None, None, {"verify": False})


def test_a_token_and_a_profile_come_with_an_s3_connection_and_keys_may_be_in_its_extra() -> None:
    extra = {"aws_access_key_id": "key", "aws_secret_access_key": "hush", "aws_session_token": "token"}
    assert s3_settings(None, None, extra) == {
        "WAYBILL_LAKE__ACCESS_KEY_ID": "key",
        "WAYBILL_LAKE__SECRET_ACCESS_KEY": "hush",
        "WAYBILL_LAKE__SESSION_TOKEN": "token",
    }
    assert s3_settings(None, None, {"profile_name": "etl"}) == {"AWS_PROFILE": "etl"}


def test_a_role_that_only_airflows_own_client_could_take_is_refused() -> None:
    with pytest.raises(ConnectionRefused, match="role_arn"):
        s3_settings("key", "hush", {"role_arn": "arn:aws:iam::1:role/x"})


def test_the_workers_token_is_not_mixed_with_a_connections_keys() -> None:
    worker = {"WAYBILL_LAKE__SESSION_TOKEN_FILE": "/the/workers", "WAYBILL_LAKE__ACCESS_KEY_ID": "worker"}
    assert over(worker, s3_settings("key", "hush", {})) == s3_settings("key", "hush", {})


@pytest.mark.parametrize(
    ("below", "above", "left"),
    [
        ({"X": "1"}, {"X": "2"}, {"X": "2"}),
        ({"X_FILE": "1"}, {"X": "2"}, {"X": "2"}),
        ({"X": "1"}, {"X_FILE": "2"}, {"X_FILE": "2"}),
        ({"Y": "1"}, {"X": "2"}, {"Y": "1", "X": "2"}),
    ],
    ids=["value", "over a file", "a file over", "another"],
)
def test_the_nearer_source_wins_also_over_a_file(
    below: dict[str, str], above: dict[str, str], left: dict[str, str]
) -> None:
    assert over(below, above) == left


def test_the_variable_is_over_connections_and_these_over_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYBILL_KAFKA__BOOTSTRAP_SERVERS", "worker:9092")
    monkeypatch.setenv("WAYBILL_LAKE__SECRET_ACCESS_KEY_FILE", "/the/workers")
    monkeypatch.setenv("WAYBILL_SOURCE__SEED", "worker")
    monkeypatch.setenv("AIRFLOW_CONN_WAYBILL_KAFKA", json.dumps({"conn_type": "kafka", "extra": KAFKA}))
    monkeypatch.setenv("AIRFLOW_CONN_WAYBILL_S3", "aws://key:hush@")
    found = program_environment()
    assert found["WAYBILL_KAFKA__BOOTSTRAP_SERVERS"] == "b:9092"
    assert found["WAYBILL_LAKE__SECRET_ACCESS_KEY"] == "hush"
    assert "WAYBILL_LAKE__SECRET_ACCESS_KEY_FILE" not in found
    assert found["WAYBILL_SOURCE__SEED"] == "worker"
    over_all = {"WAYBILL_KAFKA__BOOTSTRAP_SERVERS": "variable:9092", "WAYBILL_SOURCE__SEED": "variable"}
    monkeypatch.setenv("AIRFLOW_VAR_WAYBILL_ENVIRONMENT", json.dumps(over_all))
    found = program_environment()
    assert found["WAYBILL_KAFKA__BOOTSTRAP_SERVERS"] == "variable:9092"
    assert found["WAYBILL_SOURCE__SEED"] == "variable"


def test_a_connections_profile_is_not_overridden_by_the_workers_keys() -> None:
    worker = {
        "WAYBILL_LAKE__ACCESS_KEY_ID": "worker",
        "WAYBILL_LAKE__SECRET_ACCESS_KEY_FILE": "/the/workers",
        "AWS_ACCESS_KEY_ID": "worker",
        "AWS_SECRET_ACCESS_KEY": "hush",
        "PATH": "/bin",
    }
    assert over(worker, s3_settings(None, None, {"profile_name": "etl"})) == {
        "PATH": "/bin",
        "AWS_PROFILE": "etl",
    }
