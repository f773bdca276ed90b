"""Who shows no password, or a wrong one, gets nothing; who shows his own gets what is his and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from integration.stack.lake import bucket
from integration.stack.stack import Stack, docker
from obstore.exceptions import GenericError, PermissionDeniedError
from obstore.store import S3Store

if TYPE_CHECKING:
    from obstore.store import S3Config

SINK = "IcebergSinkConnector"
PROVIDERS = "org.apache.kafka.common.config.provider"
STRANGERS: dict[str, tuple[str | None, str | None]] = {
    "no password": (None, None),
    "a wrong password": ("operator", "not the one"),
    "an administrator's, who has none out here": ("admin", None),
}
SECONDS = 4.0


def asking_for_secrets() -> dict[str, str]:
    """A connector whose settings refer to files, through providers that it brings along."""
    return {
        "connector.class": SINK,
        "name": "asking",
        "topics": "${directory:/run/secrets:s3_connect} ${file:/tmp/connect.properties:sasl.jaas.config} ${env:PATH}",
        "config.providers": "directory,file,env",
        "config.providers.directory.class": f"{PROVIDERS}.DirectoryConfigProvider",
        "config.providers.file.class": f"{PROVIDERS}.FileConfigProvider",
        "config.providers.env.class": f"{PROVIDERS}.EnvVarConfigProvider",
    }


def validate(stack: Stack, config: dict[str, str], auth: tuple[str, str] | None) -> requests.Response:
    rest = f"{stack.address('kafka_connect')}/connector-plugins/{SINK}/config/validate"
    return requests.put(rest, json=config, auth=auth, timeout=20)


@pytest.mark.parametrize(("user", "password"), STRANGERS.values(), ids=STRANGERS)
def test_a_stranger_gets_nothing_of_kafka(stack: Stack, user: str | None, password: str | None) -> None:
    told: list[KafkaError] = []
    # Whoever has no SCRAM password of his own shows the one he has.
    own = stack.password(f"kafka_{user}.json") if user and password is None else password
    config: dict[str, Any] = {**stack.kafka(user, own), "error_cb": told.append, "log_level": 0}
    admin = AdminClient(config)
    with pytest.raises(KafkaException):
        admin.list_topics(timeout=SECONDS)
    admin.poll(0)
    assert user is None or KafkaError._AUTHENTICATION in {one.code() for one in told}


@pytest.mark.parametrize("auth", [None, ("operator", "not the one")], ids=["no password", "a wrong one"])
def test_a_stranger_gets_nothing_of_connect(stack: Stack, auth: tuple[str, str] | None) -> None:
    for path in ("", "connectors", "connector-plugins", "admin/loggers"):
        asked = requests.get(f"{stack.address('kafka_connect')}/{path}", auth=auth, timeout=20)
        assert asked.status_code == 401, path
    assert validate(stack, asking_for_secrets(), auth).status_code == 401


@pytest.mark.parametrize("left_out", ["", "config.providers"], ids=["own providers", "the worker's"])
def test_connect_reads_no_secret_for_a_connectors_settings(stack: Stack, left_out: str) -> None:
    config = {
        name: text for name, text in asking_for_secrets().items() if not left_out or left_out not in name
    }
    answer = validate(stack, config, ("operator", stack.password("connect_users")))
    secrets = [stack.secret("s3_connect"), stack.password("kafka_connect.json"), "/usr/bin"]
    assert not [one for one in secrets if one in answer.text], answer.text


@pytest.mark.parametrize("key", ["", "not the one"], ids=["no key", "a wrong one"])
def test_a_stranger_gets_nothing_of_the_store(stack: Stack, key: str) -> None:
    stranger = store(stack, "operator" if key else None, key)
    with pytest.raises(PermissionDeniedError):
        stranger.get("names/_waybill/origin.json")
    with pytest.raises(GenericError, match="403 Forbidden"):
        stranger.list_with_delimiter()


def store(stack: Stack, user: str | None, key: str | None = None, name: str = "waybill") -> S3Store:
    config: S3Config = {"endpoint": stack.address("minio"), "region": "us-east-1"}
    if user is None:
        config["skip_signature"] = True
    else:
        config["access_key_id"], config["secret_access_key"] = user, key or stack.secret(f"s3_{user}")
    return S3Store(name, config=config, client_options={"allow_http": True}, retry_config={"max_retries": 0})


CURRENT, MARK = "airflow/anything", "names/_waybill/anything"
FORBIDDEN = {
    "Airflow's tasks can't publish DAGs": ("airflow", "waybill", CURRENT),
    "who publishes DAGs can't write rows": ("publish", "waybill", MARK),
    "the bundle's reader can't write": ("bundles", "waybill", CURRENT),
    "the console can't write": ("console", "waybill", MARK),
    "init can't write": ("init", "waybill", MARK),
    "Connect has no lake": ("connect", "waybill", MARK),
    "the operator has no bucket of Connect": ("operator", "waybill-connect", "anything"),
}


@pytest.mark.parametrize(("user", "name", "path"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_user_of_the_store_does_not_get_beyond_his_policy(
    stack: Stack, user: str, name: str, path: str
) -> None:
    with pytest.raises(PermissionDeniedError):
        store(stack, user, name=name).put(path, b"x")


def test_connect_has_its_own_bucket(stack: Stack) -> None:
    mine = store(stack, "connect", name="waybill-connect")
    mine.put("anything", b"x")
    mine.delete("anything")


@pytest.mark.parametrize("user", ["init", "console", "connect", "registry"])
def test_a_user_of_kafka_does_not_get_beyond_his_rights(stack: Stack, user: str) -> None:
    told: list[KafkaError | None] = []
    producer = Producer({**stack.kafka(user), "log_level": 0, "delivery.timeout.ms": 10_000})
    producer.produce("names_topic", b"x", on_delivery=lambda error, _: told.append(error))
    producer.flush(15)
    assert [error and error.code() for error in told] == [KafkaError.TOPIC_AUTHORIZATION_FAILED]


def test_the_cursor_is_read_by_the_producer_alone(stack: Stack) -> None:
    consumer = Consumer(
        {**stack.kafka("console"), "group.id": "none", "enable.auto.commit": False, "log_level": 0}
    )
    consumer.assign([TopicPartition("names_topic.cursor", 0, 0)])
    found = consumer.poll(SECONDS)
    consumer.close()
    assert found is not None
    refused = found.error()
    assert refused is not None
    assert refused.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED


def test_nobody_works_with_the_roots_key(stack: Stack) -> None:
    root = {"minio_root_user", "minio_root_password"}
    having = {
        one.service
        for one in stack.containers()
        for mount in one.facts["Mounts"]
        if mount["Destination"].rpartition("/")[2] in root
    }
    assert having == {"minio", "store_access"}
    assert stack.secret("minio_root_password") not in stack.secret("airflow_connections.json")
    assert bucket(stack).access_key_id != stack.secret("minio_root_user")


STRANGE_WORKER = """
cd /tmp
worker=org.apache.spark.deploy.worker.Worker
timeout 45 spark-class "$worker" --webui-port 0 -d /tmp spark://spark-master:7077 >said 2>&1 &
until grep -q 'Failed to connect to master\\|Successfully registered' said || ! kill -0 $!; do sleep 0.2; done
kill $!
cat said
"""


def test_sparks_master_takes_no_worker_without_the_secret(stack: Stack) -> None:
    inside = stack.container("spark_worker_1")
    said = docker("exec", "--env", "SPARK_CONF_DIR=/none", inside, "bash", "-c", STRANGE_WORKER)
    assert "Failed to connect to master" in said
    assert "Successfully registered" not in said
    assert len(requests.get(f"{stack.address('spark_master')}/json/", timeout=20).json()["workers"]) == 2


def test_networks_join_only_who_has_to_meet(stack: Stack) -> None:
    networks = {
        one.service: {
            name.removeprefix(f"{stack.project}_") for name in one.facts["NetworkSettings"]["Networks"]
        }
        for one in stack.containers()
    }
    met = {
        name: {one for one, of in networks.items() if name in of} for name in set().union(*networks.values())
    }
    assert met["airflow_network"] == {one for one in networks if one.startswith("airflow_")} - {
        "airflow_publish"
    }
    brokers = {"kafka_broker_1", "kafka_broker_2", "kafka_broker_3"}
    assert met["kafka_voters"] == {*brokers, "kafka_access"}
    assert met["source_network"] == {"simulator", "airflow_scheduler"}
    assert networks["airflow_db"] == {"airflow_network"}
