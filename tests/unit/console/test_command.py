"""``waybill console``: its flags, its port, its end; and that nothing else of ``waybill`` needs it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from waybill_common.errors import EnvironmentMissing
from waybill_ops import later
from waybill_ops.cli import main

FLAGS = ("--kafka.bootstrap-servers=127.0.0.1:1", "--listen=127.0.0.1:0")


@contextmanager
def started(folder: Path, *flags: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and where it listens."""
    env = {"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "waybill_ops", "console", f"--lake.url={folder}", *FLAGS, *flags]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=env) as process,
    ):
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())["url"]
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda one: one.name)
def test_a_signal_ends_it_within_seconds_with_0(number: signal.Signals, tmp_path: Path) -> None:
    with started(tmp_path, "--log.level=debug") as (process, url):
        assert requests.get(f"{url}/healthz", timeout=20).text == "ok\n"
        process.send_signal(number)
        assert process.wait(10) == 0
    log = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert "request" in [line["event"] for line in log]
    assert {line["component"] for line in log} == {"console"}


def test_an_audit_that_runs_ends_with_it(tmp_path: Path) -> None:
    with (
        started(tmp_path, "--allow-write", "--kafka.timeout=60") as (process, url),
        requests.Session() as session,
    ):
        token = (
            session.get(f"{url}/new-topic", timeout=20)
            .text.split('name="form_token" value="')[1]
            .split('"')[0]
        )
        post = {"data": {"form_token": token}, "headers": {"Origin": url}, "timeout": 20}
        answer = session.post(f"{url}/streams/names/verify", allow_redirects=False, **post)  # type: ignore[arg-type]
        assert answer.headers["Location"] == "/streams/names#audit"
        assert "Verifying for" in session.get(f"{url}/streams/names", timeout=20).text
        process.terminate()
        assert process.wait(15) == 0


def test_a_port_that_is_taken_has_a_code_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["console", f"--listen=127.0.0.1:{port}", f"--lake.url={tmp_path}"]) == 52
    out, err = capsys.readouterr()
    assert out == ""
    assert f"Port {port} for the console" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--listen=0.0.0.0:0"], "and there is no --token-file"),
        (["--listen=203.0.113.7:1", "--token-file={token}"], "can't be listened on"),
        (["--listen=127.0.0.1"], "allowed: HOST:PORT"),
        (["--token-file={folder}/none"], "can't be read: no such file"),
        (["--allowed-hosts=a b"], "names of hosts without ports"),
        (["--topics="], "names of topics"),
        (["--alow-write"], "did you mean --allow-write?"),
        (["--kafka.partitions=3"], "does not use kafka.partitions"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_what_it_can_not_do_is_refused(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "token").touch(mode=0o600)
    (tmp_path / "token").write_text("t" * 20)
    given = [word.format(token=tmp_path / "token", folder=tmp_path) for word in words]
    assert main(["console", f"--lake.url={tmp_path}", *given]) == 2
    assert said in capsys.readouterr().err


def test_its_help_shows_its_flags(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["console", "--help"]) == 0
    told = capsys.readouterr().out
    assert "--allow-write" in told
    assert "--lake.url" in told


def test_no_other_verb_imports_it() -> None:
    code = (
        "import sys; from waybill_ops.cli import main\n"
        "assert main(['--help']) == 0 and main(['report', '--help']) == 0\n"
        "assert not [one for one in sys.modules if one.startswith(('waybill_console', 'starlette', 'jinja2'))]"
    )
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "console" in done.stdout


def test_where_it_is_not_installed_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(later.COMMANDS, "console", ("waybill_nowhere.command", ""))
    with pytest.raises(EnvironmentMissing, match="has no waybill_nowhere"):
        later.command("console")
