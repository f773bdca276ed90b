"""What becomes of a program whose stdout or stderr is closed, full, gone, or poor in characters: never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from waybill_common.cli import run_program
from waybill_common.errors import AuditFailed
from waybill_common.streams import OutputStream

PROGRAM = """
import sys, structlog
from waybill_common.cli import run_program

def command():
    structlog.get_logger().info("began")
    for number in range(3000):
        print("żółw", number, "x" * 100)
    opened = open({path!r}, "w")
    opened.write(str(opened.fileno()))
    opened.close()
    return 0

sys.exit(run_program("program", command))
"""


@pytest.fixture
def program(tmp_path: Path) -> str:
    """It prints more than a pipe holds, and notes the descriptor that the first file it opens has got."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.format(path=str(tmp_path / "descriptor")))
    return str(path)


def run(program: str, redirected: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """In a shell, whose exit code is the program's."""
    command = f"set -o pipefail; {sys.executable} {program} {redirected}"
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), **environ}
    return subprocess.run(
        ["bash", "-c", command], env=variables, capture_output=True, text=True, timeout=60, check=False
    )


def test_who_has_read_enough_is_no_error(program: str) -> None:
    done = run(program, "| head -1")
    assert (done.returncode, done.stdout) == (0, "żółw 0 " + "x" * 100 + "\n")
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["began"]


def test_closed_descriptors_are_none_of_the_files_that_are_opened(program: str, tmp_path: Path) -> None:
    done = run(program, "<&- >&- 2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert int((tmp_path / "descriptor").read_text()) > 2


def test_a_full_disk_is_told_and_has_a_code(program: str) -> None:
    done = run(program, ">/dev/full")
    assert done.returncode == 50
    assert "waybill: stdout can't be written: No space left on device." in done.stderr
    assert "Traceback" not in done.stderr


def test_characters_that_an_encoding_lacks_are_escaped(program: str) -> None:
    done = run(program, "| tail -n 1", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "\\u017c\\xf3\\u0142w 2999" in done.stdout


def test_the_commands_own_code_beats_that_of_a_full_disk(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def command() -> int:
        print("a report")
        raise AuditFailed("found 7.", allowed="1 to 3.", remedy="take 2.")

    with Path("/dev/full").open("w") as full, capfd.disabled():
        kept = os.dup(1)
        os.dup2(full.fileno(), 1)
        monkeypatch.setattr(sys, "stdout", sys.__stdout__)
        try:
            code = run_program("program", command)
        finally:
            os.dup2(kept, 1)
            os.close(kept)
            structlog.reset_defaults()
    assert code == 40


def test_a_reader_that_goes_is_no_failure_and_a_full_disk_is_one() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    gone = OutputStream(writes)
    assert (gone.write(b"abc"), gone.write(b"d"), gone.failure) == (3, 1, None)
    os.close(writes)
    with Path("/dev/full").open("wb", buffering=0) as full:
        sink = OutputStream(full.fileno())
        assert sink.write(b"abc") == 3
        assert sink.failure is not None
        assert sink.failure.strerror == "No space left on device"


def test_a_pipe_that_does_not_wait_is_waited_for() -> None:
    """A terminal is like that where another program has set it so."""
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    size = 1 << 20
    script = f"import sys; sys.exit(len(sys.stdin.buffer.read()) != {size})"
    with subprocess.Popen([sys.executable, "-c", script], stdin=reads) as reader:
        os.close(reads)
        assert OutputStream(writes).write(b"x" * size) == size
        os.close(writes)
        assert reader.wait(timeout=30) == 0


def test_from_a_closed_stdin_nothing_is_read(tmp_path: Path) -> None:
    path = tmp_path / "reads.py"
    path.write_text(
        "import sys\nfrom waybill_common.cli import run_program\n"
        "sys.exit(run_program('reads', lambda: len(sys.stdin.buffer.read())))\n"
    )
    done = run(str(path), "<&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
