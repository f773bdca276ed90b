"""What the build's scripts share: a step that failed ends the work under a lock, and the lock is free again."""

from __future__ import annotations

import subprocess
from pathlib import Path

COMMON = Path(__file__).parents[2] / "build-support" / "common.sh"


def under_a_lock(folder: Path, work: str) -> subprocess.CompletedProcess[str]:
    script = f'set -euo pipefail; . "{COMMON}"; work() {{ {work}; }}; with_lock some work; echo after'
    return subprocess.run(
        ["bash", "-c", script],
        env={"waybill_root": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_work_under_a_lock_ends_at_the_first_step_that_fails(tmp_path: Path) -> None:
    ran = under_a_lock(tmp_path, "echo one; (exit 7); echo two")
    assert (ran.returncode, ran.stdout) == (7, "one\n"), ran.stderr


def test_a_lock_is_free_again_however_the_work_ended(tmp_path: Path) -> None:
    for work, code in (("true", 0), ("exit 5", 5), ("false", 1)):
        assert under_a_lock(tmp_path, work).returncode == code
        assert not (tmp_path / ".tools" / ".some.lock").exists()
