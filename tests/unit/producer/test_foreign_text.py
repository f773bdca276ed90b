"""What an API, brokers and a registry say is obeyed by no terminal, and programs get it back exactly."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
import structlog
from hostile import ALL, Pipe, Terminal, obeyed

from waybill_common.errors import SourceUnavailable
from waybill_producer import cli


@pytest.fixture(autouse=True)
def _defaults() -> Iterator[None]:
    yield
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


@pytest.mark.parametrize("stream", [Terminal, Pipe])
@pytest.mark.parametrize("form", ["json", "console"])
def test_a_run_against_a_hostile_api(
    form: str, stream: type[Terminal | Pipe], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stream_of(*_: object, display: Any, **__: object) -> NoReturn:
        display.doing(f"waiting: {ALL}")
        structlog.get_logger().warning("attempt failed", why=ALL)
        raise SourceUnavailable(f"The API said {ALL}.", allowed="a page.", remedy="wait.")

    monkeypatch.setattr(cli, "initiate_stream", stream_of)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.chdir(tmp_path)
    out, err = stream(), stream()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    assert cli.main([f"--log.format={form}"]) == SourceUnavailable.exit_code
    assert obeyed(err.getvalue()) == []
    assert obeyed(out.getvalue()) == []
    [summary] = out.getvalue().splitlines()
    assert json.loads(summary)["error"]["found"] == f"The API said {ALL}."
