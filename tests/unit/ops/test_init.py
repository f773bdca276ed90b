"""What ``waybill init`` will make, before anybody is asked."""

from __future__ import annotations

import pytest

from waybill_common.kafka.topic_plan import stream_topics
from waybill_common.settings import KafkaSettings, LakeSettings, StreamSettings
from waybill_ops.cli import main
from waybill_ops.file_system import FileSystems


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
