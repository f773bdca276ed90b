from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from confluent_kafka.admin import AdminClient
from processes import LOOPBACK, descendants, listeners
from waiting import wait_until

from waybill_common.errors import PortInUse, SettingsRefused

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0


@pytest.fixture
def command(spark_home: Path, jar_cache: Path, kafka_jars: tuple[Path, ...]) -> list[str]:
    jars = ["--jars", str(ROOT / "3rdparty/jvm/kafka.json"), "--jar-cache", str(jar_cache)]
    return [sys.executable, "-m", "waybill_sandbox.cli", "up", *jars, "--spark-home", str(spark_home)]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


@contextmanager
def up(command: list[str], *more: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    with subprocess.Popen([*command, *more], stdout=subprocess.PIPE, env=environment(), text=True) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def group_is_gone(pid: int) -> bool:
    states = subprocess.run(
        ["ps", "-o", "stat=", "-g", str(pid)], capture_output=True, text=True, check=False
    )
    return all(state.startswith("Z") for state in states.stdout.split())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["sigterm", "ctrl_c"])
def test_up_offers_everything_until_it_is_asked_to_stop(
    command: list[str], tmp_path: Path, number: signal.Signals
) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text('{"faults": [{"kind": "rate_limit"}]}')
    with up(command, "--s3", "--faults", str(faults)) as (process, found):
        admin = AdminClient({"bootstrap.servers": found["kafka"]["bootstrap_servers"]})
        assert list(admin.list_topics(timeout=20).brokers) == [1]
        assert [requests.get(f"{found['api']['url']}1.4/", timeout=20).status_code for _ in range(2)] == [
            429,
            200,
        ]
        assert requests.get(found["s3"]["endpoint"], timeout=20).status_code in (200, 403)
        started = [process.pid, *(pid for pid, _ in descendants(process.pid))]
        listening = [one for pid in started for one in listeners(pid)]
        assert len(listening) > 3, "Kafka's two, the API and S3 are among them"
        assert {address for address, _ in listening} <= LOOPBACK
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
        assert not Path(found["folder"]).exists()
        wait_until(
            lambda: group_is_gone(found["kafka"]["process_groups"]["1"]), "a broker is left", pause=0.1
        )


def test_kafka_ends_with_a_sandbox_that_is_killed(command: list[str], tmp_path: Path) -> None:
    with up(command, "--folder", str(tmp_path)) as (process, found):
        process.kill()
        process.wait(PATIENCE)
        wait_until(
            lambda: group_is_gone(found["kafka"]["process_groups"]["1"]), "a broker is left", pause=0.1
        )


@pytest.mark.parametrize("flag", ["--api-port", "--kafka-port"])
def test_a_port_in_use_ends_with_its_exit_code_and_one_message(command: list[str], flag: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "0"], stdout=subprocess.PIPE
    ) as other:
        try:
            assert other.stdout is not None
            port = os.read(other.stdout.fileno(), 200).decode().partition(" port ")[2].split()[0]
            done = subprocess.run(
                [*command, flag, port],
                env=environment(),
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        finally:
            other.kill()
    assert done.returncode == PortInUse.exit_code
    assert f"Port {port} for" in done.stderr
    assert done.stdout == ""


def test_two_nodes_are_refused(command: list[str]) -> None:
    done = subprocess.run(
        [*command, "--nodes", "2"],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == SettingsRefused.exit_code
    assert "choose from 1, 3" in done.stderr
