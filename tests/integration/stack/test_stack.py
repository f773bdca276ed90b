"""``make up`` brings everything up, closed to other machines; one run goes through it; ``make down`` leaves nothing."""

from __future__ import annotations

import json
import socket

import pytest
import requests
from confluent_kafka.admin import AdminClient
from integration.stack.airflow import Airflow, login
from integration.stack.stack import LIMIT_SECONDS, ONCE, PORTS, Ran, Stack, docker, machine_addresses
from pyarrow.fs import FileType, S3FileSystem

from waybill_streams.finding import StreamFolders

SERVICES = {
    *("kafka_broker_1", "kafka_broker_2", "kafka_broker_3", "kafka_access", "minio", "store_access", "init"),
    *("simulator", "spark_master", "spark_worker_1", "spark_worker_2"),
    *("airflow_db", "airflow_init", "airflow_publish", "airflow_webserver", "airflow_scheduler"),
    *(
        "airflow_dag_processor",
        "airflow_triggerer",
        "kafka_schema_registry",
        "registry_schemas",
        "kafka_connect",
        "kafka_ui",
    ),
}


def ask(url: str) -> requests.Response:
    answer = requests.get(url, timeout=20)
    answer.raise_for_status()
    return answer


def test_every_service_is_healthy_within_five_minutes(started: tuple[Stack, Ran]) -> None:
    stack, ran = started
    assert ran.code == 0, ran.err
    [took] = [line for line in ran.err.splitlines() if "every service is healthy after" in line]
    assert int(took.split()[-2]) <= LIMIT_SECONDS
    health = {container.service: container.health for container in stack.containers()}
    assert health == {name: "exited 0" if name in ONCE else "healthy" for name in SERVICES}


def test_passwords_are_shown_on_the_first_start_only(stack: Stack, started: tuple[Stack, Ran]) -> None:
    _, first = started
    again = stack.run("up")
    assert again.code == 0, again.err
    for ran in (first, again):
        assert f"{stack.secrets_folder}/airflow_passwords" in ran.out
    for name in ("kafka_operator.json", "s3_operator", "connect_users", "airflow_passwords", "console_token"):
        password = stack.password(name)
        assert password in first.err
        assert password not in again.err + again.out


def test_topics_have_three_replicas_and_need_two(stack: Stack) -> None:
    topics = AdminClient(stack.kafka()).list_topics(timeout=20).topics
    for name in ("names_topic", "names_topic.dead", "names_topic.cursor"):
        assert {len(one.replicas) for one in topics[name].partitions.values()} == {3}, name
        described = stack.run(
            *("exec", "kafka_broker_1", "kafka-topics", "--bootstrap-server", "kafka-voter-1:9094"),
            *("--command-config", "/tmp/admin.properties", "--describe", "--topic", name),  # noqa: S108
        )
        assert "min.insync.replicas=2" in described.out, described.err


def test_the_bucket_is_there(stack: Stack) -> None:
    lake = S3FileSystem(
        access_key="operator",
        secret_key=stack.secret("s3_operator"),
        endpoint_override=f"127.0.0.1:{stack.ports['minio']}",
        scheme="http",
    )
    assert lake.get_file_info("waybill").type == FileType.Directory


def test_sparks_master_has_two_workers(stack: Stack) -> None:
    master = ask(f"{stack.address('spark_master')}/json/").json()
    assert master["aliveworkers"] == 2


def test_connect_offers_icebergs_sink_and_nothing_that_reads_files(stack: Stack) -> None:
    rest = f"{stack.address('kafka_connect')}/connector-plugins?connectorsOnly=false"
    found = requests.get(rest, auth=("operator", stack.password("connect_users")), timeout=20)
    found.raise_for_status()
    offered = {plugin["class"] for plugin in found.json() if plugin["type"] in ("source", "sink")}
    assert offered == {"org.apache.iceberg.connect.IcebergSinkConnector"}


def test_the_registry_answers_as_confluents_does(stack: Stack) -> None:
    registry = f"{stack.address('kafka_schema_registry')}/apis/ccompat/v7"
    assert isinstance(ask(f"{registry}/subjects").json(), list)


def test_the_registry_has_the_schema_of_the_stream_that_goes_by_one(stack: Stack) -> None:
    subject = f"{stack.address('kafka_schema_registry')}/apis/ccompat/v7/subjects/shop.orders.avro-value"
    newest = ask(f"{subject}/versions/latest").json()["schema"]
    [own] = [one for one in StreamFolders().find("orders_avro").samples if one.name == "12.avsc"]
    assert json.loads(newest) == json.loads(own.read_text())


def test_the_simulator_answers(stack: Stack) -> None:
    assert len(ask(f"{stack.address('simulator')}/api/1.4/?results=2&seed=a").json()["results"]) == 2


def test_the_console_asks_for_its_token_which_no_log_holds(stack: Stack) -> None:
    console, token = stack.address("kafka_ui"), stack.secret("console_token")
    assert ask(f"{console}/healthz").text == "ok\n"
    asked = ask(f"{console}/topics")
    assert asked.url.startswith(f"{console}/sign-in?")
    assert "names_topic" not in asked.text
    assert token not in stack.run("logs", "--no-color").out


def test_airflow_asks_for_a_login(stack: Stack) -> None:
    with pytest.raises(requests.HTTPError):
        login(stack.address("airflow_webserver"), "admin", "admin")
    with pytest.raises(requests.HTTPError):
        Airflow(stack.address("airflow_webserver"), "no token").dags()


def test_any_airflow_command_runs_in_the_stack(stack: Stack) -> None:
    listed = stack.run("exec", "airflow_scheduler", "airflow", "dags", "list", "--output", "json")
    assert listed.code == 0, listed.err
    assert "name_stream_dag" in {dag["dag_id"] for dag in json.loads(listed.out)}


@pytest.mark.parametrize("name", PORTS)
def test_an_address_is_open_on_the_loopback_alone(stack: Stack, name: str) -> None:
    with socket.create_connection(("127.0.0.1", stack.ports[name]), timeout=5):
        pass
    for address in machine_addresses():
        with pytest.raises(OSError), socket.create_connection((address, stack.ports[name]), timeout=2):
            pass


def test_nothing_is_published_beside_the_known_addresses(stack: Stack) -> None:
    published = [
        (binding["HostIp"], int(binding["HostPort"]))
        for container in stack.containers()
        for bindings in container.facts["NetworkSettings"]["Ports"].values()
        for binding in bindings or ()
    ]
    assert sorted(published) == sorted(("127.0.0.1", port) for port in stack.ports.values())


def test_no_process_of_a_container_runs_as_root(stack: Stack) -> None:
    for container in stack.containers():
        assert container.facts["Config"]["User"].split(":")[0] not in ("", "0", "root"), container.service
        if container.service not in ONCE:
            _, *processes = docker("top", container.id, "-eo", "uid,pid,comm").splitlines()
            assert processes
            assert not [line for line in processes if line.split()[0] == "0"], container.service


def test_a_container_can_not_gain_rights_or_change_its_image(stack: Stack) -> None:
    for container in stack.containers():
        host = container.facts["HostConfig"]
        assert host["ReadonlyRootfs"], container.service
        assert host["CapDrop"] == ["ALL"], container.service
        assert "no-new-privileges:true" in host["SecurityOpt"], container.service
        assert host["Memory"] > 0, container.service


def test_an_image_keeps_nothing_that_apt_fetched(stack: Stack) -> None:
    unread = ("!", "-readable", "-prune", "-o")  # apt's own folder for what is half fetched
    files = ("find", "/var/cache/apt", "/var/lib/apt/lists", *unread, "-size", "+0", "-type", "f", "-print")
    running = [container for container in stack.containers() if container.service not in ONCE]
    ours = [one for one in running if one.facts["Config"]["Image"].startswith("waybill/")]
    assert ours
    for container in ours:
        assert docker("exec", container.id, *files) == "", container.service


def test_no_secret_is_in_an_image_or_a_containers_settings(stack: Stack) -> None:
    named = [path.name for path in stack.secrets_folder.iterdir() if path.name != "minio_root_user"]
    whole = [name for name in named if name == "airflow_connections.json"]
    secrets = [stack.secret(name) if name in whole else stack.password(name) for name in named]
    containers = stack.containers()
    images = {container.facts["Image"] for container in containers}
    told = [json.dumps(container.facts) for container in containers]
    told += [docker("top", one.id, "-eo", "pid,args") for one in containers if one.facts["State"]["Running"]]
    told += [docker("history", "--no-trunc", image) + docker("image", "inspect", image) for image in images]
    assert not [secret for secret in secrets if any(secret in text for text in told)]


def test_down_leaves_nothing(stack: Stack) -> None:
    ended = stack.run("down")
    assert ended.code == 0, ended.err
    assert stack.resources("ps", "--all") == []
    assert stack.resources("volume", "ls") == []
    assert stack.resources("network", "ls") == []
    assert not stack.secrets_folder.exists()
