"""A run says that it has ended once readers see what it published: brokers answer a commit before they show it."""

from __future__ import annotations

import subprocess

import pytest
from integration.producer.runs import PARTITIONS, Pipeline, await_event, finish, foreign_transaction, hidden
from structlog.testing import capture_logs

from waybill_common.kafka import await_readable, ensure_topic
from waybill_common.settings import KafkaSettings


def test_a_run_ends_once_its_last_page_can_be_read(pipeline: Pipeline) -> None:
    assert pipeline.run(producer__pages=1).code == 0
    with foreign_transaction(pipeline.servers, pipeline.topic) as other:
        process = pipeline.start(producer__pages=1)
        await_event(process, "page published")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1.5)
        other.commit_transaction(15)
        assert finish(process).code == 0
        assert not hidden(pipeline.servers, pipeline.topic, PARTITIONS)


def test_somebody_elses_transaction_that_stays_open_is_told_and_not_waited_for(pipeline: Pipeline) -> None:
    settings = KafkaSettings(bootstrap_servers=pipeline.servers, replication_factor=1, timeout=15)
    ensure_topic(settings, pipeline.topic, partitions=PARTITIONS)
    assert await_readable(settings, pipeline.topic)
    with foreign_transaction(pipeline.servers, pipeline.topic), capture_logs() as logs:
        assert not await_readable(settings, pipeline.topic, longest=0.3)
    assert [(one["topic"], one["partitions"]) for one in logs] == [(pipeline.topic, [0])]
