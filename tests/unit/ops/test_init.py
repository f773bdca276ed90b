"""What ``waybill init`` will make, before anybody is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from waybill_common.kafka import Topic
from waybill_common.kafka.topic_plan import stream_topics
from waybill_common.settings import KafkaSettings, LakeSettings, StreamSettings
from waybill_ops.cli import main
from waybill_ops.file_system import FileSystems
from waybill_ops.provision.stream_topics import retention_advice


@pytest.mark.parametrize(("copies", "in_sync"), [(1, "1"), (2, "1"), (3, "2"), (5, "2")])
def test_one_broker_may_be_lost_wherever_there_is_more_than_one_copy(copies: int, in_sync: str) -> None:
    plans = stream_topics(KafkaSettings(replication_factor=copies), StreamSettings(), 3600)
    assert [plan.config["min.insync.replicas"] for plan in plans] == [in_sync] * 3


def test_records_are_kept_by_time_and_the_cursor_by_key() -> None:
    plans = stream_topics(KafkaSettings(partitions=12), StreamSettings(topic="t"), 3600)
    assert [(plan.name, plan.policy, plan.partitions) for plan in plans] == [
        ("t", "delete", 12),
        ("t.dead", "delete", 12),
        ("t.cursor", "compact", 1),
    ]
    assert all(plan.config["cleanup.policy"] == plan.policy for plan in plans)


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("s3://bucket", "bucket"),
        ("s3://bucket/a/b/", "bucket"),
        ("/srv/lake/", "/srv/lake"),
        ("file:///srv/lake", "/srv/lake"),
    ],
    ids=["bucket", "prefix", "path", "file"],
)
def test_what_has_to_exist_is_the_folder_or_the_bucket(url: str, folder: str) -> None:
    assert FileSystems(LakeSettings(url=url)).top_folder == folder


def test_a_lake_that_can_not_be_made_is_refused_before_kafka_is_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["init", "--lake.url=gs://bucket", "--kafka.bootstrap-servers=127.0.0.1:1"]) == 2
    assert "gs://bucket" in capsys.readouterr().err


def test_dead_letters_go_after_a_time_and_a_segment_is_no_longer_than_a_day() -> None:
    _, month, _ = stream_topics(KafkaSettings(), StreamSettings(), 2_592_000)
    _, hour, _ = stream_topics(KafkaSettings(), StreamSettings(), 3600)
    assert (month.config["retention.ms"], month.config["segment.ms"]) == ("2592000000", "86400000")
    assert (hour.config["retention.ms"], hour.config["segment.ms"]) == ("3600000", "3600000")


def dead_topic(retention_ms: int) -> Topic:
    return Topic("t.dead", "id", 3, "delete", retention_ms=retention_ms, retention_bytes=-1)


@pytest.mark.parametrize(
    ("retention_ms", "told"),
    [(-1, "for ever"), (2_592_000_001, "for 30 days"), (2_592_000_000, ""), (1, ""), (0, "")],
    ids=["for_ever", "longer", "as_long", "shorter", "not_at_all"],
)
def test_a_topic_of_dead_letters_that_keeps_them_for_longer_is_told_with_the_command(
    retention_ms: int, told: str
) -> None:
    advice = retention_advice(KafkaSettings(), dead_topic(retention_ms), 2_592_000)
    assert bool(advice) == bool(told)
    assert told in advice
    if advice:
        assert advice.splitlines()[-1] == (
            "  kafka-configs.sh --bootstrap-server localhost:9092 --alter --entity-type topics --entity-name t.dead "
            "--add-config retention.ms=2592000000,segment.ms=86400000"
        )


@pytest.mark.parametrize(
    ("days", "segment_days", "told"),
    [(30, 7, "for up to 37 days"), (30, 1, ""), (24, 7, ""), (25, 7, "for up to 32 days")],
)
def test_a_topic_whose_segments_stay_open_for_longer_is_told_too(
    days: int, segment_days: int, told: str
) -> None:
    """Kafka deletes whole segments: `segment.ms` counts as well, and is a week where nobody has said less."""
    day = 86_400_000
    topic = replace(dead_topic(days * day), segment_ms=segment_days * day)
    advice = retention_advice(KafkaSettings(), topic, 2_592_000)
    assert bool(advice) == bool(told)
    assert told in advice


def test_the_command_for_a_secured_cluster_has_a_place_for_the_clients_properties() -> None:
    secured = KafkaSettings(properties={"security.protocol": "SSL"})
    assert " --command-config CLIENT.PROPERTIES --alter " in retention_advice(secured, dead_topic(-1), 3600)
