"""What the engine of a container asks, by the script of the image: /healthz, where it is known where that is."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from unit.status.pages import Run, served

SCRIPT = Path(__file__).parents[3] / "docker" / "waybill" / "healthy"


def asked(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT)],
        env={"http_proxy": "http://127.0.0.1:9", **variables},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("host", [None, "127.0.0.1", "localhost", "0.0.0.0"])  # noqa: S104
def test_a_container_is_as_well_as_its_run(host: str | None) -> None:
    run = Run()
    given = {} if host is None else {"WAYBILL_STATUS__HOST": host}
    with served(run) as port:
        well = asked(WAYBILL_STATUS__PORT=str(port), **given)
        run.ill = "No commit came."
        ill = asked(WAYBILL_STATUS__PORT=str(port), **given)
    assert (well.returncode, well.stdout, well.stderr) == (0, "ok\n", "")
    assert (ill.returncode, ill.stdout, ill.stderr) == (1, "No commit came.\n", "")


def test_a_run_that_does_not_answer_is_ill() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    done = asked(WAYBILL_STATUS__PORT=str(port))
    assert done.returncode == 1
    assert "no answer from" in done.stderr


@pytest.mark.parametrize(
    "variables", [{}, {"WAYBILL_STATUS__PORT": ""}, {"WAYBILL_STATUS__PORT": "0"}], ids=str
)
def test_without_a_known_port_there_is_nothing_to_ask(variables: dict[str, str]) -> None:
    assert asked(**variables).returncode == 0
