from __future__ import annotations

from pathlib import Path

import pytest

from waybill_common.errors import EnvironmentMissing
from waybill_common.java_home import find_java, parse_release


def fake_java(folder: Path, release: str) -> Path:
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{release}\" 2025-04-15' >&2\n")
    java.chmod(0o755)
    return java


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ('openjdk version "17.0.15" 2025', 17),
        ('java version "1.8.0_392"', 8),
        ('openjdk version "21"', 21),
        ('Picked up JAVA_TOOL_OPTIONS: -Dx=version "8"\nopenjdk version "17.0.15" 2025', 17),
        ("", None),
    ],
)
def test_the_release_is_read_from_what_java_prints(text: str, release: int | None) -> None:
    assert parse_release(text) == release


def test_java_home_comes_before_the_path(tmp_path: Path) -> None:
    home, other = fake_java(tmp_path / "home", "17.0.1"), fake_java(tmp_path / "other", "21.0.1")
    assert find_java(str(tmp_path / "home"), str(other.parent)) == home
    assert find_java(None, str(other.parent)) == other


@pytest.mark.parametrize("release", ["11.0.2", "1.8.0_392", "nonsense"])
def test_another_release_is_refused_by_name(tmp_path: Path, release: str) -> None:
    java = fake_java(tmp_path, release)
    with pytest.raises(EnvironmentMissing, match=str(java)):
        find_java(None, str(java.parent))


def test_a_java_that_can_not_start_is_said_in_its_own_words(tmp_path: Path) -> None:
    java = fake_java(tmp_path, "17.0.1")
    java.write_bytes(b"#!/bin/sh\necho 'Unrecognized option: -Xcaf\xe9' >&2\nexit 1\n")
    with pytest.raises(EnvironmentMissing, match="does not tell its release: Unrecognized option: -Xcaf"):
        find_java(None, str(java.parent))


@pytest.mark.parametrize("home", [None, "/no/such/jdk"], ids=["path", "java_home"])
def test_no_java_is_said_with_the_remedy(home: str | None) -> None:
    with pytest.raises(EnvironmentMissing, match="install Java 17"):
        find_java(home, "")


@pytest.mark.parametrize("folder", ["", ".", "bin", "../here/bin"])
def test_a_program_of_the_current_folder_is_not_started(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with an empty entry of a PATH, which stands for it."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    evil = fake_java(tmp_path / "here", "17.0.1")
    (tmp_path / "here" / "java").symlink_to(evil)
    with pytest.raises(EnvironmentMissing, match="There is no java on PATH"):
        find_java(None, folder)
    good = fake_java(tmp_path / "good", "17.0.1")
    assert find_java(None, f"{folder}:{good.parent}") == good
