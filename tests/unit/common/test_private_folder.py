"""Who could change what lies in a folder: its owner and mode, and those of the way to it, links among it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from access_lists import NAME, give_list

from waybill_common.errors import EnvironmentMissing
from waybill_common.private_folder import is_private_file, make_private, require_private, require_private_file

STRANGER = 54321
REMEDY = "name another"


def listed(place: Path, kind: int, patched: pytest.MonkeyPatch, rights: int = 7) -> None:
    """Gives user or group 54321 these rights."""
    entries = [(0x01, 7, -1), (kind, rights, STRANGER), (0x04, 0, -1), (0x10, rights, -1), (0x20, 0, -1)]
    give_list(place, sorted(entries), patched)


def refused(folder: Path, said: str, *, way_too: bool = True) -> None:
    with pytest.raises(EnvironmentMissing, match=said):
        require_private(folder, remedy=REMEDY, way_too=way_too)


def test_what_is_made_is_for_this_user_alone(tmp_path: Path) -> None:
    os.umask(0o002)
    make_private(tmp_path / "a/b/c", remedy=REMEDY)
    assert {(tmp_path / one).stat().st_mode & 0o777 for one in ("a", "a/b", "a/b/c")} == {0o700}
    make_private(tmp_path / "a/b/c", remedy=REMEDY)


@pytest.fixture(autouse=True)
def umask() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_a_folder_that_everybody_may_write_to_is_refused_by_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o1777)
    refused(folder, "open can be written to by everybody")
    with pytest.raises(EnvironmentMissing, match=REMEDY):
        make_private(folder, remedy=REMEDY)


def test_a_folder_below_one_that_everybody_may_rename_in_is_refused(tmp_path: Path) -> None:
    above = tmp_path / "above"
    make_private(above / "own", remedy=REMEDY)
    above.chmod(0o777)
    refused(above / "own", r"above can be written to by everybody, on the way to .*own")
    above.chmod(0o1777)
    require_private(above / "own", remedy=REMEDY)


@pytest.mark.root_only
@pytest.mark.parametrize(
    "spoil", [lambda path: os.chown(path, STRANGER, 0), lambda path: os.chown(path, 0, 54)]
)
def test_another_users_folder_and_a_groups_are_refused(spoil: Callable[[Path], None], tmp_path: Path) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    folder.chmod(0o770)
    require_private(folder, remedy=REMEDY)
    spoil(folder)
    refused(folder, "given (belongs to user 54321|can be written to by group 54)")


@pytest.mark.parametrize("kind", [0x02, 0x08], ids=["user", "group"])
def test_who_may_write_by_an_access_list_is_somebody_else(
    kind: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mode shows the list's mask as the group's rights: for this user's own group that would pass."""
    make_private(tmp_path / "above/own", remedy=REMEDY)
    (tmp_path / "above/own/file").touch(0o600)
    listed(tmp_path / "above", kind, monkeypatch, rights=5)
    require_private(tmp_path / "above/own", remedy=REMEDY)
    for place in (tmp_path / "above", tmp_path / "above/own"):
        with monkeypatch.context() as patched:
            listed(place, kind, patched)
            refused(tmp_path / "above/own", r"can be written to by (user|group) 54321, by its access list")
        with suppress(OSError):  # a file system without lists
            os.removexattr(place, NAME)
        place.chmod(0o700)
    listed(tmp_path / "above/own/file", kind, monkeypatch)
    assert not is_private_file(tmp_path / "above/own/file")


@pytest.mark.root_only
def test_the_way_to_a_folder_counts_unless_the_user_has_named_it(tmp_path: Path) -> None:
    above = tmp_path / "above"
    make_private(above / "own", remedy=REMEDY)
    os.chown(above, STRANGER, 0)
    refused(above / "own", "above belongs to user 54321")
    require_private(above / "own", remedy=REMEDY, way_too=False)


@pytest.mark.root_only
def test_a_link_that_a_stranger_has_planted_is_not_followed(tmp_path: Path) -> None:
    make_private(tmp_path / "own", remedy=REMEDY)
    link = tmp_path / "link"
    link.symlink_to("own")
    require_private(link, remedy=REMEDY)
    os.lchown(link, STRANGER, 0)
    for way_too in (True, False):
        refused(link, "link is a link that belongs to user 54321", way_too=way_too)


def test_a_links_target_is_what_counts(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    target.chmod(0o777)
    (tmp_path / "link").symlink_to(target)
    refused(tmp_path / "link", "target can be written to by everybody")


def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to("nowhere")
    (tmp_path / "round").symlink_to("round")
    for name in ("gone", "round"):
        refused(tmp_path / name, "leads nowhere")


def test_a_file_in_a_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused(tmp_path / "file", "is no folder")


def test_a_file_is_private_where_nobody_else_may_write_to_it(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert is_private_file(file)
    (tmp_path / "link").symlink_to(file)
    assert not is_private_file(tmp_path / "link")
    file.chmod(0o666)
    with pytest.raises(EnvironmentMissing, match="open to others' writing"):
        require_private_file(file, remedy=REMEDY)
