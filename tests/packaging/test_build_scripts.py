"""The build's scripts: what they share, and what is built only where something has changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

COMMON = Path(__file__).parents[2] / "build-support" / "common.sh"
CHANGED = COMMON.with_name("package-changed.sh")


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


def checkout(folder: Path) -> Path:
    """One with a build whose only artifact has the bytes of its only source; it says so each time."""
    scripts = folder / "build-support"
    scripts.mkdir()
    for script in (COMMON, CHANGED):
        shutil.copy(script, scripts)
    build = scripts / "package.sh"
    build.write_text('mkdir -p dist && cat source >dist/one.pex && echo "built $*"\n')
    build.chmod(0o755)
    (folder / "source").write_text("one")
    (folder / "beside").touch()
    (folder / ".gitignore").write_text("dist/\n.tools/\n")
    for command in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", *command], cwd=folder, check=True, timeout=30)
    return folder


def is_built(folder: Path, *targets: str, **variables: str) -> bool:
    ran = subprocess.run(
        [folder / "build-support" / CHANGED.name, *targets],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ran.returncode == 0, ran.stderr
    assert (folder / "dist" / "one.pex").read_text() == (folder / "source").read_text()
    return ran.stdout == f"built {' '.join(targets)}\n"


def test_what_was_built_of_the_same_sources_is_not_built_again(tmp_path: Path) -> None:
    here = checkout(tmp_path)
    assert is_built(here, "a", "b")
    assert not is_built(here, "a", "b")
    (here / ".tools" / "ignored").write_text("by Git, and by Pants")
    assert not is_built(here, "a", "b")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a source": lambda here: (here / "source").write_text("two"),
    "a source's mode": lambda here: (here / "source").chmod(0o755),
    "a new source": lambda here: (here / "another").touch(),
    "a source that is gone": lambda here: (here / "beside").unlink(),
    "what was built": lambda here: (here / "dist" / "one.pex").write_text("edited"),
    "what was built is gone": lambda here: shutil.rmtree(here / "dist"),
    "no work tree": lambda here: shutil.rmtree(here / ".git"),
    "a note of nothing": lambda here: [one.write_text("") for one in (here / ".tools/packaged").iterdir()],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_change_builds_again(tmp_path: Path, change: Callable[[Path], object]) -> None:
    here = checkout(tmp_path)
    assert is_built(here, "a")
    change(here)
    assert is_built(here, "a")


def test_other_targets_or_settings_of_pants_are_built(tmp_path: Path) -> None:
    here = checkout(tmp_path)
    assert is_built(here, "a")
    assert is_built(here, "a", "b")
    assert is_built(here, "a", PANTS_CONFIG_FILES="mine.toml")


def test_a_build_that_failed_leaves_no_note(tmp_path: Path) -> None:
    here = checkout(tmp_path)
    assert is_built(here, "a")
    (here / "source").unlink()
    ran = subprocess.run([here / "build-support" / CHANGED.name, "a"], capture_output=True, timeout=30)
    assert ran.returncode != 0
    assert not [*(here / ".tools" / "packaged").iterdir()]


def test_sources_that_are_edited_while_they_are_built_are_built_again(tmp_path: Path) -> None:
    here = checkout(tmp_path)
    with (here / "build-support" / "package.sh").open("a") as build:
        build.write("echo edited >>late\n")
    assert is_built(here, "a")
    assert is_built(here, "a")
