"""What takes long to start is started first, and only where it is wanted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

CODE = """
import sys
from waybill_local import fork_server
from waybill_ops.start import main
fork_server.start_server = lambda: print("server", "waybill_ops.cli" in sys.modules)
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("words", "closed", "first"),
    [
        (["deliver", "--nothing"], None, ["server False"]),
        (["deliver", "--nothing"], 0, []),
        (["deliver", "--help"], None, []),
        (["lag", "--nothing"], None, []),
        ([], None, []),
    ],
    ids=["deliver", "without stdin", "its help", "another command", "no command"],
)
def test_the_server_of_workers_is_started_before_the_rest_is_imported(
    words: list[str], closed: int | None, first: list[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, *words],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=_closing(closed),
    )
    assert [line for line in done.stdout.splitlines() if line.startswith("server")] == first
    assert done.returncode == (0 if "--help" in words else 2), done.stderr


def _closing(descriptor: int | None) -> Callable[[], None] | None:
    return None if descriptor is None else lambda: os.close(descriptor)
