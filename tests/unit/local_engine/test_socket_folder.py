"""Workers start whatever TMPDIR is, however long."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

STARTS = """
import tempfile
from waybill_common.settings import LogSettings
from waybill_local.workers import Workers
if __name__ == "__main__":
    with Workers(1, LogSettings()):
        print(tempfile.gettempdir())
"""


@pytest.mark.parametrize("name", ["x", "x" * 150], ids=["usual", "long"])
def test_a_worker_starts_with_a_temporary_folder_of_any_length(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", STARTS],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, str(folder)), done.stderr
