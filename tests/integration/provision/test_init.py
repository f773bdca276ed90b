"""``waybill init`` on a real Kafka and a real S3."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from changed_topics import create_topic
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType
from waiting import wait_until

from waybill_common.kafka import describe_topic, ensure_topic
from waybill_common.settings import KafkaSettings
from waybill_ops.cli import main
from waybill_sandbox.kafka import KafkaCluster
from waybill_sandbox.s3 import ACCESS_KEY, REGION, SECRET_KEY, S3Choice, S3Kind, S3Server

Init = Callable[..., tuple[int, Any]]


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def init(kafka: KafkaCluster, topic: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Init:
    """Runs ``waybill init --json``: its exit code, and its parts or what it said on stderr."""

    def run(**flags: str) -> tuple[int, Any]:
        given = {
            "kafka.bootstrap-servers": kafka.bootstrap_servers,
            "kafka.replication-factor": "1",
            "stream.topic": topic,
            "lake.url": f"file://{tmp_path}/some/lake",
            **{name.replace("__", ".").replace("_", "-"): value for name, value in flags.items()},
        }
        code = main(["init", "--json", *(f"--{name}={value}" for name, value in given.items())])
        said = capsys.readouterr()
        return code, json.loads(said.out)["parts"] if code == 0 else said.err

    return run


@pytest.fixture
def s3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    monkeypatch.setenv("WAYBILL_LAKE__ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("WAYBILL_LAKE__SECRET_ACCESS_KEY", SECRET_KEY)
    choice = S3Choice(S3Kind.MOTO, Path(sys.executable))
    with S3Server(choice, tmp_path, {"PATH": os.environ["PATH"]}) as server:
        yield server


def states(parts: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(part["kind"], part["state"]) for part in parts]


def configured(kafka: KafkaCluster, topic: str, name: str) -> str:
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap_servers})
    resource = ConfigResource(ResourceType.TOPIC, topic)
    return str(admin.describe_configs([resource])[resource].result(20)[name].value)


def test_everything_is_created_once_and_then_found(init: Init, kafka: KafkaCluster, topic: str) -> None:
    settings = KafkaSettings(bootstrap_servers=kafka.bootstrap_servers)
    code, parts = init()
    assert (code, states(parts)) == (0, [("folder", "created"), *[("topic", "created")] * 3])
    names = (topic, f"{topic}.dead", f"{topic}.cursor")
    assert [part["name"] for part in parts[1:]] == list(names)
    first = [describe_topic(settings, name) for name in names]
    assert [one.partitions for one in first if one] == [3, 3, 1]

    code, parts = init(kafka__partitions="7")
    assert (code, states(parts)) == (0, [("folder", "there"), *[("topic", "there")] * 3])
    assert parts[1]["detail"] == "3 partitions, delete"
    assert [describe_topic(settings, name) for name in names] == first


def test_dead_letters_of_0_1_0_are_kept_for_ever_until_somebody_runs_what_init_says(
    init: Init, kafka: KafkaCluster, topic: str, java: Path, kafka_jars: tuple[Path, ...]
) -> None:
    settings = KafkaSettings(bootstrap_servers=kafka.bootstrap_servers, replication_factor=1)
    dead = f"{topic}.dead"
    # As 0.1.0 made it.
    ensure_topic(
        settings.model_copy(update={"replication_factor": 1}),
        dead,
        partitions=3,
        config={"retention.ms": "-1"},
    )
    code, parts = init()
    assert (code, parts[2]["state"]) == (0, "there")
    assert "for ever" in parts[2]["advice"]
    assert configured(kafka, dead, "retention.ms") == "-1"

    script, *arguments = shlex.split(parts[2]["advice"].splitlines()[-1])
    assert script == "kafka-configs.sh"
    program = [str(java), "-cp", os.pathsep.join(map(str, kafka_jars)), "kafka.admin.ConfigCommand"]
    subprocess.run([*program, *arguments], check=True, timeout=60, capture_output=True)
    wait_until(lambda: "advice" not in init()[1][2], "the limit is not told")


def test_dead_letters_have_a_limit_from_the_start(init: Init, kafka: KafkaCluster, topic: str) -> None:
    code, parts = init(producer__dead_retention="7200")
    assert (code, "advice" in parts[2]) == (0, False)
    assert configured(kafka, f"{topic}.dead", "retention.ms") == "7200000"
    assert configured(kafka, f"{topic}.dead", "segment.ms") == "7200000"


def test_topics_keep_one_replica_to_spare(init: Init, kafka_three: KafkaCluster, topic: str) -> None:
    code, _ = init(kafka__bootstrap_servers=kafka_three.bootstrap_servers, kafka__replication_factor="3")
    assert code == 0
    for name in (topic, f"{topic}.dead", f"{topic}.cursor"):
        assert configured(kafka_three, name, "min.insync.replicas") == "2"


def test_it_creates_topics_also_where_others_may_not(init: Init) -> None:
    code, parts = init(kafka__create_topics="false")
    assert (code, states(parts)[1:]) == (0, [("topic", "created")] * 3)


def test_a_bucket_is_created_once_and_then_found(init: Init, s3: S3Server) -> None:
    there = {"lake__url": "s3://some-lake/a/prefix", "lake__endpoint": s3.endpoint, "lake__region": REGION}
    code, parts = init(**there)
    assert (code, parts[0]["state"]) == (0, "created")
    code, parts = init(**there)
    assert code == 0
    assert parts[0] == {
        "kind": "bucket",
        "name": "some-lake",
        "state": "there",
        "detail": "s3://some-lake/a/prefix",
    }


@pytest.mark.parametrize(
    ("suffix", "policy"),
    [("", "compact"), ("", "compact,delete"), (".dead", "compact"), (".cursor", "delete")],
    ids=["events", "events_both", "dead_letters", "cursor"],
)
def test_a_topic_that_would_lose_records_is_refused(
    init: Init, kafka: KafkaCluster, topic: str, suffix: str, policy: str
) -> None:
    name = f"{topic}{suffix}"
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap_servers})
    wanted = NewTopic(name, num_partitions=1, replication_factor=1, config={"cleanup.policy": policy})
    create_topic(admin, wanted)
    code, said = init()
    assert code == 22
    assert f"Topic {name} has" in said


def test_a_store_that_does_not_answer_is_named(init: Init, s3: S3Server) -> None:
    code, said = init(
        lake__url="s3://some-lake", lake__endpoint="http://127.0.0.1:1", lake__attempts="1", lake__timeout="2"
    )
    assert code == 30
    assert "making some-lake" in said


def test_a_file_in_the_folders_place_is_refused(init: Init, tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("")
    code, said = init(lake__url=str(tmp_path / "lake"))
    assert code == 31
    assert "is a file" in said


def test_another_clouds_bucket_is_left_to_its_own_tools(init: Init) -> None:
    code, said = init(lake__url="gs://bucket/lake")
    assert code == 2
    assert "Google's own tools" in said


def test_a_cluster_that_is_too_small_is_refused(init: Init) -> None:
    code, said = init(kafka__replication_factor="3")
    assert code == 22
    assert "replication factor" in said
