"""Consoles of these tests have a lake on this disk, and no Kafka: nothing listens on port 1."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from consoles import Browser, RunningConsole
from unit.console.lakes import LocalLake

from waybill_common.settings import KafkaSettings, LakeSettings, Settings


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command line points the logs at the stderr of its test, which is closed afterwards."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def lake(tmp_path: Path) -> LocalLake:
    (tmp_path / "lake").mkdir()
    return LocalLake(tmp_path / "lake")


@pytest.fixture
def settings(lake: LocalLake) -> Settings:
    return Settings(
        kafka=KafkaSettings(bootstrap_servers="127.0.0.1:1", timeout=0.2),
        lake=LakeSettings(url=str(lake.root)),
    )


@pytest.fixture
def console(settings: Settings) -> Iterator[RunningConsole]:
    with RunningConsole(settings, allow_write=True) as running:
        yield running


@pytest.fixture
def browser(console: RunningConsole) -> Iterator[Browser]:
    with console.browser() as made:
        yield made
