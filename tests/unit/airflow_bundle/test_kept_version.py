"""A version that lies on the disk is compared with its zip, and not taken from where others can write."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from unit.zips import zip_of

from waybill_airflow.archive import unpack
from waybill_airflow.kept_version import FolderRefused, is_changed, owners_here, require_own

ARCHIVE = zip_of(**{"a.py": "A", "p/q.py": "Q"})
OWN = owners_here(None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    unpack(ARCHIVE, tmp_path / "v")
    return tmp_path / "v"


def test_bytecode_is_no_change(folder: Path) -> None:
    (folder / "p/__pycache__").mkdir()
    for name in ("q.cpython-311.pyc", "q.cpython-311.pyc.140737"):
        (folder / "p/__pycache__" / name).write_bytes(b"code")
    assert not is_changed(folder, ARCHIVE, OWN)


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "p/q.py").write_text("another"),
        lambda folder: (folder / "b.py").touch(),
        lambda folder: (folder / "a.py").unlink(),
        lambda folder: (folder / ".airflowignore").write_text(""),
        lambda folder: (folder / "c").symlink_to(os.devnull),
    ],
    ids=["another", "one more", "one less", "what is ignored", "a link"],
)
def test_a_change_is_seen(change: Callable[[Path], object], folder: Path) -> None:
    change(folder)
    assert is_changed(folder, ARCHIVE, OWN)


def test_a_link_in_place_of_an_empty_file_is_a_change(tmp_path: Path) -> None:
    archive = zip_of(**{"a.py": "A", "p/__init__.py": ""})
    unpack(archive, tmp_path / "v")
    (tmp_path / "v/p/__init__.py").unlink()
    (tmp_path / "v/p/__init__.py").symlink_to("/nowhere/another.py")
    assert is_changed(tmp_path / "v", archive, OWN)


def test_a_folder_that_everybody_may_write_to_is_refused(folder: Path) -> None:
    require_own(folder, OWN)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__").chmod(0o777)
    with pytest.raises(FolderRefused, match=r"__pycache__ .* can be written to by everybody"):
        is_changed(folder, ARCHIVE, OWN)
    folder.parent.chmod(0o777)
    with pytest.raises(FolderRefused, match="dag_bundle_storage_path"):
        require_own(folder, OWN)


@pytest.mark.parametrize("name", ["p/q.py", "p/__pycache__/q.cpython-311.pyc"], ids=["code", "bytecode"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.chmod(0o666),
        pytest.param(lambda path: os.chown(path, 54321, 0), marks=pytest.mark.root_only),
    ],
    ids=["everybody's", "a stranger's"],
)
def test_a_file_that_others_may_write_to_is_a_change(
    spoil: Callable[[Path], None], name: str, folder: Path
) -> None:
    """Else it could be written to after it was looked at; Python runs bytecode without a look at the code."""
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).touch()
    assert not is_changed(folder, ARCHIVE, OWN)
    spoil(folder / name)
    assert is_changed(folder, ARCHIVE, OWN)


def test_a_version_is_not_for_others_to_write_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        unpack(ARCHIVE, tmp_path / "w")
    finally:
        os.umask(before)
    require_own(tmp_path / "w", OWN)
    assert not is_changed(tmp_path / "w", ARCHIVE, OWN)


@pytest.mark.root_only
def test_a_strangers_folder_is_refused_but_not_that_of_who_runs_a_task_as_this_user(folder: Path) -> None:
    os.chown(folder.parent, 54321, 0)
    with pytest.raises(FolderRefused, match="belongs to user 54321"):
        require_own(folder, OWN)
    require_own(folder, owners_here("54321"))
