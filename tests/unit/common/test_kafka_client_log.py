"""What librdkafka says by itself."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator

import pytest
import structlog

from waybill_common.kafka.clients import Admin, Reader, open_admin, open_reader


@pytest.fixture(autouse=True)
def _defaults() -> Iterator[None]:
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize("made", [open_admin, open_reader], ids=["admin", "reader"])
def test_what_librdkafka_logs_is_an_event_and_no_line_of_its_own(
    made: Callable[..., Admin | Reader], capfd: pytest.CaptureFixture[str]
) -> None:
    """``debug`` has it quote brokers."""
    structlog.configure(processors=[structlog.processors.JSONRenderer()])
    client = made({"bootstrap.servers": "127.0.0.1:9", "debug": "broker", "log_level": 7, "group.id": "x"})
    deadline = time.monotonic() + 10
    said = ""
    while "127.0.0.1" not in said and time.monotonic() < deadline:
        client.poll(0.05)
        said += capfd.readouterr().out
    assert json.loads(said.splitlines()[0])["event"] == "librdkafka"
    assert "127.0.0.1" in said
    assert capfd.readouterr().err == ""
