"""A proof's own topic and prefix, on real Kafka, a folder and S3: new, then gone, and neighbours untouched."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.moto import lake_on_moto

from waybill_common.errors import LakeRefused, TopicRefused
from waybill_common.kafka import describe_topic, ensure_topic
from waybill_common.lake import Lake, open_lake
from waybill_common.settings import KafkaSettings, LakeSettings, Settings
from waybill_ops.prove.scratch import make_scratch
from waybill_sandbox.kafka import KafkaCluster


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LakeSettings]:
    with lake_on_moto(tmp_path_factory.mktemp("s3")) as settings:
        yield settings


@pytest.fixture(params=["folder", "s3"])
def settings(request: pytest.FixtureRequest, kafka: KafkaCluster, tmp_path: Path) -> Settings:
    lake = LakeSettings(url=str(tmp_path)) if request.param == "folder" else request.getfixturevalue("s3")
    servers = kafka.bootstrap_servers
    return Settings(
        kafka=KafkaSettings(bootstrap_servers=servers, replication_factor=1, create_topics=False, timeout=15),
        lake=lake,
    )


@pytest.fixture
def name() -> str:
    return f"waybill-prove-{uuid.uuid4().hex[:12]}"


def test_what_was_made_is_removed_and_nothing_else(settings: Settings, name: str) -> None:
    neighbours = [Lake(settings.lake, f"{name}0"), Lake(settings.lake, "names")]
    for neighbour in neighbours:
        neighbour.put_new("data/a.parquet", b"kept")
    kafka = settings.kafka.model_copy(update={"create_topics": True})
    ensure_topic(kafka, f"{name}0", partitions=1)

    scratch = make_scratch(settings, name, "token")
    own = open_lake(scratch.settings.lake, "names")
    own.put_new("data/date=2026-01-01/a.parquet", b"goes")
    assert describe_topic(kafka, name) == scratch.topic
    assert own.address.endswith(f"/{name}/names")
    with pytest.raises(LakeRefused, match="exists already"):
        make_scratch(settings, name, "another")

    scratch.remove()
    assert describe_topic(kafka, name) is None
    assert [*Lake(settings.lake, name).keys("")] == []
    assert describe_topic(kafka, f"{name}0") is not None
    assert [neighbour.get("data/a.parquet") for neighbour in neighbours] == [b"kept", b"kept"]


def test_a_topic_that_exists_is_never_taken(settings: Settings, name: str) -> None:
    ensure_topic(settings.kafka.model_copy(update={"create_topics": True}), name, partitions=1)
    with pytest.raises(TopicRefused, match=f"{name} exists already"):
        make_scratch(settings, name, "token")
    assert [*Lake(settings.lake, name).keys("")] == []


def test_a_lake_that_is_not_there_is_refused_before_anything_is_made(
    kafka: KafkaCluster, name: str, tmp_path: Path
) -> None:
    there = KafkaSettings(bootstrap_servers=kafka.bootstrap_servers, replication_factor=1, timeout=15)
    with pytest.raises(LakeRefused, match="There is no lake"):
        make_scratch(Settings(kafka=there, lake=LakeSettings(url=str(tmp_path / "no"))), name, "token")
    assert describe_topic(there, name) is None
    assert not (tmp_path / "no").exists()
