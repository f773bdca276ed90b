"""Logs go to stderr: JSON for machines, lines for people."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator

import pytest
import structlog

from waybill_common.logs import configure_logs
from waybill_common.settings import LogSettings


@pytest.fixture(autouse=True)
def _defaults() -> Iterator[None]:
    yield
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


def test_where_there_is_no_terminal_each_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(LogSettings(), component="producer")
    structlog.get_logger().info("page published", page=3)
    out, err = capsys.readouterr()
    assert out == ""
    line = json.loads(err)
    assert (line["event"], line["page"], line["component"], line["level"]) == (
        "page published",
        3,
        "producer",
        "info",
    )
    assert line["timestamp"].endswith("Z")


def test_an_exception_stays_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(LogSettings(), component="x")
    try:
        int("seven")
    except ValueError:
        structlog.get_logger().exception("broken")
    [line] = capsys.readouterr().err.splitlines()
    assert "ValueError: invalid literal" in json.loads(line)["exception"]


def test_a_line_is_one_write_so_that_processes_with_one_stderr_keep_theirs_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[str] = []
    stream = io.StringIO()
    stream.write = written.append  # type: ignore[assignment]
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logs(LogSettings(format="json"), component="x")
    structlog.get_logger().info("split", rows=3)
    [line] = written
    assert line.endswith("}\n")


def test_console_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(LogSettings(format="console"), component="x")
    structlog.get_logger().info("page published", page=3)
    assert not capsys.readouterr().err.startswith("{")


@pytest.mark.parametrize(("level", "shown"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_lower_levels_are_left_out(level: str, shown: int, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(LogSettings.model_validate({"level": level}), component="x")
    for name in ("debug", "info", "warning", "error"):
        getattr(structlog.get_logger(), name)("said")
    assert len(capsys.readouterr().err.splitlines()) == shown
