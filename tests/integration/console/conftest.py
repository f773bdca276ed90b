"""A console over a stream on real Kafka: three nodes, and a lake on this disk."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from consoles import Browser, RunningConsole
from integration.delivery.conftest import Stream

from waybill_common.lake import open_lake
from waybill_common.settings import KafkaSettings, LakeSettings, Settings, StreamSettings
from waybill_sandbox.kafka import KafkaCluster


@pytest.fixture
def stream(kafka_three: KafkaCluster, topic: str, tmp_path: Path) -> Stream:
    """Its topic is not made yet."""
    (tmp_path / "lake").mkdir()
    kafka = KafkaSettings(bootstrap_servers=kafka_three.bootstrap_servers, replication_factor=3, timeout=20)
    return Stream(kafka, topic, open_lake(LakeSettings(url=str(tmp_path / "lake"), attempts=3), "names"), 3)


def lake_variables(lake: LakeSettings) -> dict[str, str]:
    """What an audit in a process of its own needs to reach it."""
    given: dict[str, str | None] = {
        "WAYBILL_LAKE__URL": lake.url,
        "WAYBILL_LAKE__ENDPOINT": str(lake.endpoint) if lake.endpoint else None,
        "WAYBILL_LAKE__REGION": lake.region,
        "WAYBILL_LAKE__ACCESS_KEY_ID": lake.access_key_id,
        "WAYBILL_LAKE__SECRET_ACCESS_KEY": secret.get_secret_value()
        if (secret := lake.secret_access_key)
        else None,
    }
    return {name: value for name, value in given.items() if value is not None}


@pytest.fixture
def console(stream: Stream) -> Iterator[RunningConsole]:
    settings = Settings(
        stream=StreamSettings(topic=stream.topic), kafka=stream.kafka, lake=stream.lake.settings
    )
    environ = {
        "WAYBILL_STREAM__TOPIC": stream.topic,
        "WAYBILL_KAFKA__BOOTSTRAP_SERVERS": stream.kafka.bootstrap_servers,
        **lake_variables(stream.lake.settings),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    with RunningConsole(settings, allow_write=True, environ=environ) as running:
        yield running


@pytest.fixture
def browser(console: RunningConsole) -> Iterator[Browser]:
    with console.browser() as made:
        yield made


class LiveView:
    """Reads the events of a page in a thread. ``rows`` is their HTML, ``ids`` where they reached."""

    def __init__(self, browser: Browser, path: str) -> None:
        self.rows: list[str] = []
        self.ids: list[str] = []
        self._answer = requests.get(
            browser.url + path, stream=True, timeout=60, cookies=browser.session.cookies
        )
        assert self._answer.status_code == 200, self._answer.text
        assert self._answer.headers["Content-Type"].startswith("text/event-stream")
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            for line in self._answer.iter_lines(decode_unicode=True):
                if line.startswith("id: "):
                    self.ids.append(line.removeprefix("id: "))
                if line.startswith("data: "):
                    found: Any = json.loads(line.removeprefix("data: "))
                    self.rows += found["rows"]
        except (requests.RequestException, OSError, AttributeError):
            return  # closed

    def close(self) -> None:
        self._answer.close()


@pytest.fixture
def live(browser: Browser) -> Iterator[Callable[[str], LiveView]]:
    views: list[LiveView] = []

    def open_view(path: str) -> LiveView:
        views.append(LiveView(browser, path))
        return views[-1]

    yield open_view
    for one in views:
        one.close()
