"""The lines that begin each PEX: where it unpacks itself, nobody else may change what it runs."""

from __future__ import annotations

import ast
import os
import pwd
import re
import subprocess
import sys
from pathlib import Path

import pytest

MACROS = Path(__file__).parents[3] / "build-support/macros.build"
OTHERS = [one for one in pwd.getpwall() if one.pw_uid not in (0, os.getuid()) and one.pw_gid]
SHARED = OTHERS[0].pw_gid
"""The group of a user that every machine has, such as ``daemon``."""


def begun(pex_root: Path, umask: int = 0o022, gid: int | None = None) -> subprocess.CompletedProcess[str]:
    """The lines run, in place of a PEX that then makes a folder in its root."""
    found = re.search(r'^SEALED = ("""\\\n.*?""")', MACROS.read_text(), re.DOTALL | re.MULTILINE)
    assert found is not None
    lines = ast.literal_eval(found[1]).format(name="SOME")
    program = f"{lines}os.makedirs(os.environ['PEX_ROOT'], exist_ok=True)\n"
    pex_root.parent.joinpath("program.py").write_text(program)
    return subprocess.run(
        [sys.executable, "-sE", str(pex_root.parent / "program.py")],
        env={"PATH": os.environ["PATH"], "PEX_ROOT": str(pex_root)},
        umask=umask,
        group=gid,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077], ids=oct)
def test_a_pex_can_start_twice_whatever_the_umask(umask: int, tmp_path: Path) -> None:
    for _ in range(2):
        done = begun(tmp_path / "root", umask)
        assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "root").stat().st_mode & 0o002


@pytest.mark.root_only
def test_a_pex_can_start_twice_where_this_users_group_has_others_and_may_write(tmp_path: Path) -> None:
    for _ in range(2):
        done = begun(tmp_path / "root", 0o002, SHARED)
        assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "root").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o777, 0o1777], ids=oct)
def test_a_root_that_everybody_may_write_to_is_refused(mode: int, tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root").chmod(mode)
    done = begun(tmp_path / "root")
    assert done.returncode == 50
    assert f"Other users can change what lies in {tmp_path}/root" in done.stderr


@pytest.mark.root_only
def test_a_root_is_refused_that_the_other_members_of_this_users_group_may_write_to(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root").chmod(0o770)
    os.chown(tmp_path / "root", 0, 54321)
    assert begun(tmp_path / "root", gid=54321).returncode == 0  # nobody else's
    os.chown(tmp_path / "root", 0, SHARED)
    assert begun(tmp_path / "root", gid=SHARED).returncode == 50
