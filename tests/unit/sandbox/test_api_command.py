from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from waybill_common.errors import PortInUse, SettingsRefused

COMMANDS = {
    "the simulator's own program": ["waybill_sandbox.api.cli"],
    "the sandbox's verb": ["waybill_sandbox.cli", "api"],
}
WAIT_SECONDS = 30


@contextmanager
def serving(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def addresses(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    found: dict[str, str] = json.loads(process.stdout.readline())["api"]
    return found


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_it_says_where_it_serves_and_ends_well_on_sigterm(command: list[str]) -> None:
    with serving(*command) as process:
        found = addresses(process)
        reply = requests.get(
            f"{found['url']}1.4/", params={"results": "3", "seed": "a"}, timeout=WAIT_SECONDS
        )
        assert len(reply.json()["results"]) == 3
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_SECONDS) == 0


def test_it_serves_on_the_address_it_is_given() -> None:
    with serving(*COMMANDS["the simulator's own program"], "--host", "localhost") as process:
        control = addresses(process)["control"]
        assert control.startswith("http://localhost:")
        assert requests.get(f"{control}/requests", timeout=WAIT_SECONDS).json()["log"] == []


def test_its_faults_come_from_a_file(tmp_path: Path) -> None:
    plan = tmp_path / "faults.json"
    plan.write_text('{"faults": [{"kind": "rate_limit", "pages": [1, 1]}]}')
    with serving(*COMMANDS["the simulator's own program"], "--faults", str(plan)) as process:
        assert requests.get(f"{addresses(process)['url']}1.4/", timeout=WAIT_SECONDS).status_code == 429


@pytest.mark.parametrize(
    ("flags", "error"),
    [(["--faults", "absent.json"], SettingsRefused), (["--host", "192.0.2.1", "--port", "9"], PortInUse)],
    ids=["no fault plan", "an address of another machine"],
)
def test_what_it_cannot_do_has_its_exit_code(
    flags: list[str], error: type[SettingsRefused | PortInUse]
) -> None:
    with serving(*COMMANDS["the simulator's own program"], *flags) as process:
        assert process.wait(WAIT_SECONDS) == error.exit_code
