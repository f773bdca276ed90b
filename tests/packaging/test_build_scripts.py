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


def test_two_scripts_that_install_packages_wait_for_each_other(tmp_path: Path) -> None:
    """As apt-get does, this one fails where another one holds the lists."""
    stand_in = tmp_path / "apt-get"
    held = tmp_path / "held"
    stand_in.write_text(f'#!/bin/bash\nmkdir "{held}" || exit 100\nsleep 0.2\nrmdir "{held}"\n')
    stand_in.chmod(0o755)
    script = f'. "{COMMON}"; apt_install one & apt_install two & wait -n && wait -n'
    ran = subprocess.run(
        ["bash", "-c", script],
        env={"waybill_root": str(tmp_path), "PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
