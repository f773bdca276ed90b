"""A zip becomes a folder: whole, inside of its place, readable for others."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.zips import zip_of

from waybill_airflow.archive import objection, unpack
from waybill_airflow.bundle_error import BundleError


def test_a_folder_has_every_member_and_looks_for_dags_at_its_root(tmp_path: Path) -> None:
    unpack(zip_of(**{"a.py": "A", "p/q.py": "Q", "p/t.sql": "T", "r/s.py": "S"}), tmp_path / "v")
    found = {
        str(file.relative_to(tmp_path / "v")): file.read_text() for file in (tmp_path / "v").rglob("*.*")
    }
    assert found == {"a.py": "A", "p/q.py": "Q", "p/t.sql": "T", "r/s.py": "S", ".airflowignore": "p/\nr/\n"}
    assert [one.name for one in tmp_path.iterdir()] == ["v"]


def test_an_ignore_file_of_its_own_is_kept(tmp_path: Path) -> None:
    unpack(zip_of(**{"a.py": "", "p/q.py": "", ".airflowignore": "q"}), tmp_path / "v")
    assert (tmp_path / "v" / ".airflowignore").read_text() == "q"


def test_tasks_of_another_user_can_read_it(tmp_path: Path) -> None:
    unpack(zip_of(**{"a.py": "", "p/q.py": ""}), tmp_path / "v")
    plain = tmp_path / "plain"
    plain.mkdir()
    for folder in (tmp_path / "v", tmp_path / "v" / "p"):
        assert folder.stat().st_mode == plain.stat().st_mode


def test_what_a_killed_process_left_behind_does_not_get_in(tmp_path: Path) -> None:
    (tmp_path / ".unpacking").mkdir()
    (tmp_path / ".unpacking" / "half.py").write_text("half")
    unpack(zip_of(**{"a.py": ""}), tmp_path / "v")
    assert sorted(one.name for one in (tmp_path / "v").iterdir()) == [".airflowignore", "a.py"]


@pytest.mark.parametrize("name", ["../x.py", "/x.py", "p/../../x.py", "p\\..\\x.py", "C:x.py"])
def test_a_member_that_would_escape_is_refused_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="outside of its folder"):
        unpack(zip_of(**{"a.py": "", name: ""}), tmp_path / "v")
    assert list(tmp_path.iterdir()) == []


def test_a_flipped_bit_is_refused(tmp_path: Path) -> None:
    body = zip_of(**{"a.py": "print('hello')"})
    with pytest.raises(BundleError, match="is no zip of DAGs"):
        unpack(body.replace(b"hello", b"hallo"), tmp_path / "v")
    assert list(tmp_path.iterdir()) == []


@given(st.lists(st.text(min_size=1)))
def test_only_members_that_stay_inside_are_taken(names: list[str]) -> None:
    inside = Path("/base")
    if objection(["a.py", *names]) is None:
        assert all(inside in Path(f"/base/{name}").parents for name in names if Path(name).parts)
        assert not any(".." in Path(name).parts for name in names)
