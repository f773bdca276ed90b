"""A real Kafka of three brokers, a console over it, and Chromium in front."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from browser.visitor import Visit, Visitor, chromium, visiting
from consoles import RunningConsole
from integration.conftest import jar_cache as jar_cache
from integration.conftest import java as java
from integration.conftest import kafka_jars as kafka_jars
from integration.conftest import kafka_three as kafka_three
from integration.conftest import shared_kafka_three as shared_kafka_three
from integration.conftest import spark_home as spark_home
from integration.conftest import topic as topic
from integration.console.conftest import console as console
from integration.console.conftest import stream as stream
from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def visit(browser: Browser, console: RunningConsole) -> Iterator[Visit]:
    """Makes visitors of the console; in the end none may have met trouble."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(visiting(browser, console.url, **options))


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    return visit()
