"""A store that goes away and comes back, under a lake in a bucket."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from consoles import RunningConsole
from integration.delivery.conftest import Stream
from pydantic import HttpUrl, SecretStr
from sample_events import nth_event
from waiting import wait_until

from waybill_common.lake import open_lake
from waybill_common.settings import KafkaSettings, LakeSettings, Settings, StreamSettings
from waybill_sandbox.kafka import KafkaCluster
from waybill_sandbox.s3 import ACCESS_KEY, REGION, SECRET_KEY, S3Choice, S3Kind, S3Server

SILENT = "The lake has not answered since"


def test_a_store_that_stands_still_is_told_and_comes_back(
    kafka: KafkaCluster, topic: str, tmp_path: Path
) -> None:
    choice = S3Choice(S3Kind.MOTO, Path(sys.executable))
    with S3Server(choice, tmp_path, {"PATH": os.environ["PATH"]}) as store:
        store.create_bucket("some-lake")
        lake = LakeSettings(
            url="s3://some-lake/a/prefix",
            endpoint=HttpUrl(store.endpoint),
            region=REGION,
            access_key_id=ACCESS_KEY,
            secret_access_key=SecretStr(SECRET_KEY),
        )
        brokers = KafkaSettings(bootstrap_servers=kafka.bootstrap_servers, replication_factor=1, timeout=15)
        stream = Stream(brokers, topic, open_lake(lake, "names")).create()
        stream.names(5)
        stream.driver().reach(stream.ends())
        settings = Settings(stream=StreamSettings(topic=topic), kafka=brokers, lake=lake)
        with RunningConsole(settings) as console, console.browser() as browser:
            page = browser.text("/streams/names")
            assert "/streams/names/commits/1" in page
            assert "s3://some-lake/a/prefix/names" in page
            rows = browser.text("/streams/names/commits/1/objects/0")
            assert nth_event(3).id in rows
            assert "as stored" in rows
            child = store._child
            assert child is not None
            os.killpg(child.pid, signal.SIGSTOP)
            try:
                wait_until(lambda: SILENT in browser.text("/streams/names"), "the silence is not told")
                assert "up to date" not in browser.text("/streams/names")
                assert "Log end" in browser.text("/streams/names")  # the brokers need no lake
            finally:
                os.killpg(child.pid, signal.SIGCONT)
            wait_until(lambda: SILENT not in browser.text("/streams/names"), "the silence never ended")
            assert "/streams/names/commits/1" in browser.text("/streams/names")
