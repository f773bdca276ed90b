"""What a run on a topic that somebody else fills may not do, it does not try: no right to write, and none to create."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from confluent_kafka.admin import AclOperation, ResourceType
from integration.local_engine.others import Here, Orders, sent
from integration.secured.broker import SecuredKafka
from waiting import wait_until

from waybill_common.lake import open_lake
from waybill_common.ledger import Journal
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_local import local_run
from waybill_ops.commands.lag import lag_of
from waybill_ops.lag import LagBounds, measure_lag

USER = "user1"
RIGHTS = (AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS, AclOperation.READ)


@pytest.mark.parametrize(
    ("start", "redriven"),
    [(None, True), ("latest", False)],
    ids=["with rights on what was redriven", "before a redrive without"],
)
def test_reading_is_all_that_a_topic_of_others_is_asked_for(
    start: str | None, redriven: bool, secured: SecuredKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_run, "Workers", Here)
    lake = open_lake(LakeSettings(url=str(tmp_path / "lake")), "orders")
    owner = KafkaSettings(bootstrap_servers=secured.cluster.bootstrap_servers, replication_factor=1)
    topic = Orders(owner, f"rights.{uuid.uuid4().hex[:12]}", lake, partitions=1, folder=tmp_path)
    topic.create()
    topic.send(3)
    secured.revoke(USER)
    secured.grant(USER, ResourceType.TOPIC, topic.topic, *RIGHTS)
    if redriven:
        secured.grant(USER, ResourceType.TOPIC, "orders.redriven", *RIGHTS)
    count = (1 + redriven) * len(RIGHTS)
    wait_until(lambda: secured.count_of_rights(USER) == count, "the broker never knew the rights")
    settings = topic.settings(start).model_copy(update={"kafka": secured.settings(USER)})
    for _ in range(2):
        topic.send(2)
        local_run.run(settings, topic.stop)
    assert topic.arrived() == (sent(1, 7) if start is None else sent(6, 7))
    assert lag_of(settings, LagBounds(None, None)).failure is None
    position = Journal(lake, writer="").position()
    assert measure_lag(secured.settings(USER), topic.topic, position, begins_at_0=False).behind == 0
    topics = secured.owner().list_topics(timeout=30).topics
    assert [one for one in topics if one.startswith(topic.topic)] == [topic.topic]
