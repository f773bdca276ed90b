"""Each page with commands, word for word, on a Kafka of its own, at the address that pages name."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from integration.conftest import ROOT
from integration.conftest import jar_cache as jar_cache
from integration.conftest import java as java
from integration.conftest import kafka_jars as kafka_jars
from integration.conftest import spark_home as spark_home
from pages.page_run import PageFolders, install, typed
from pages.page_steps import steps_of

from waybill_sandbox.kafka import KafkaCluster

DIST = Path(os.environ.get("WAYBILL_TEST_DIST") or ROOT / "dist")
PORT = 9092
PAGES = [page for page in sorted((ROOT / "docs").glob("*.md")) if steps_of(page.read_text())]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_shows_what_its_commands_print(
    page: Path, java: Path, kafka_jars: tuple[Path, ...], tmp_path: Path
) -> None:
    folders = PageFolders.make(tmp_path)
    install(folders, DIST / "waybill.pex", java, kafka_jars)
    with KafkaCluster(kafka_jars, java, tmp_path / "kafka", port=PORT):
        began = time.monotonic()
        wrong = typed(steps_of(page.read_text()), folders)
    print(f"{page.name}: {time.monotonic() - began:.0f} s")
    assert wrong is None, wrong
