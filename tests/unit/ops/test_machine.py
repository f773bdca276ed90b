"""A machine that is not as usual: no home, no name for the user, unreadable files."""

from __future__ import annotations

import errno
import os
import pwd
import stat
import sys
from pathlib import Path

import pytest

from waybill_common.cli import exit_code_of
from waybill_common.errors import EnvironmentMissing, SettingsRefused
from waybill_ops.submission.cache import cache_folder
from waybill_ops.submission.jvm_defaults import jvm_defaults
from waybill_ops.submission.spark_home import find_spark
from waybill_ops.submission.temporary import options_for_temporary
from waybill_ops.submission.user_options import options_for_user


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def nameless(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_entry(uid: int) -> object:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", no_entry)


def test_the_cache_is_in_xdgs_folder_else_in_the_home(tmp_path: Path) -> None:
    xdg, home = str(tmp_path / "xdg"), str(tmp_path / "home")
    assert cache_folder({"XDG_CACHE_HOME": xdg, "HOME": home}) == tmp_path / "xdg/waybill"
    assert cache_folder({"HOME": home}) == tmp_path / "home/.cache/waybill"


@pytest.mark.usefixtures("nameless")
@pytest.mark.parametrize("environ", [{}, {"HOME": os.devnull}], ids=["no home", "can't be written"])
def test_without_a_usable_home_the_cache_is_this_users_own_among_the_temporary_files(
    environ: dict[str, str], temporary: Path
) -> None:
    folder = cache_folder(environ)
    assert folder == cache_folder(environ) == temporary / f"waybill-cache-{os.getuid()}"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_cache_that_is_there_is_used_even_where_nothing_can_be_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in an image whose file system is read-only, with all jars in it."""
    (tmp_path / ".cache/waybill").mkdir(parents=True)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert cache_folder({"HOME": str(tmp_path)}) == tmp_path / ".cache/waybill"


@pytest.mark.usefixtures("nameless")
@pytest.mark.parametrize("kind", ["open to others", "a link"])
def test_a_folder_that_another_could_fill_keeps_no_programs(kind: str, temporary: Path) -> None:
    folder = temporary / f"waybill-cache-{os.getuid()}"
    if kind == "a link":
        folder.symlink_to(temporary)
    else:
        folder.mkdir()
        folder.chmod(0o777)
    with pytest.raises(EnvironmentMissing, match="is not this user's own folder"):
        cache_folder({})


def test_a_user_with_a_name_needs_nothing(tmp_path: Path) -> None:
    assert options_for_user(tmp_path, os.environ) == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("nameless")
def test_java_is_told_a_name_for_a_user_without_one(tmp_path: Path) -> None:
    cache = tmp_path / "a cache"
    patch, name, home = options_for_user(cache, {"HOME": "/"})
    assert patch == f"--patch-module=jdk.security.auth='{cache}/java/jdk.security.auth'"
    assert (name, home) == (f"-Duser.name=uid{os.getuid()}", "-Duser.home=/")
    [code] = [path for path in cache.rglob("*") if path.is_file()]
    assert code.name == "UnixSystem.class"
    assert code.read_bytes()[:4] == bytes.fromhex("cafebabe")
    assert "-Duser.name=etl" in options_for_user(cache, {"HADOOP_USER_NAME": "etl"})


def test_java_is_told_where_temporary_files_go(tmp_path: Path) -> None:
    assert options_for_temporary({"TMPDIR": str(tmp_path)}) == (f"-Djava.io.tmpdir={tmp_path}",)
    for name in ("a,b", "a b", "a#b"):
        (tmp_path / name).mkdir()
        assert options_for_temporary({"TMPDIR": str(tmp_path / name)}) == ()
    assert options_for_temporary({"TMPDIR": str(tmp_path / "absent")}) == options_for_temporary({}) == ()


def test_defaults_that_are_no_utf8_are_read_as_spark_reads_them(tmp_path: Path) -> None:
    (tmp_path / "spark-defaults.conf").write_bytes(
        b"spark.app.name caf\xe9\nspark.driver.defaultJavaOptions -Da=1\n"
    )
    assert jvm_defaults(tmp_path).driver == ("-Da=1",)


def test_defaults_that_can_not_be_read_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "spark-defaults.conf").mkdir()
    with pytest.raises(SettingsRefused, match=r"spark-defaults\.conf can't be read: Is a directory"):
        jvm_defaults(tmp_path)


def test_the_pyspark_of_a_later_python_on_the_path_is_found(tmp_path: Path) -> None:
    """A PEX puts its own Python, which has none, in front; and what a site says on stdout is no path."""
    home = tmp_path / "pyspark"
    (home / "bin").mkdir(parents=True)
    (home / "jars").mkdir()
    (home / "jars/spark-core_2.13-4.2.0.jar").touch()
    (home / "bin/spark-submit").touch()
    for folder, says in (("pex", ""), ("user", str(home / "__init__.py"))):
        python = tmp_path / folder / "python3.11"
        python.parent.mkdir()
        python.write_text(f"#!{sys.executable}\nprint('welcome')\nprint({says!r})\n")
        python.chmod(0o755)
    search_path = os.pathsep.join([str(tmp_path / "pex"), str(tmp_path / "user"), "/usr/bin", "/bin"])
    assert find_spark(None, None, search_path) == home


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/full/x"), "'No space left on device' at /full/x"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "'Permission denied' at /x"),
        (OSError(errno.EROFS, "Read-only file system", "/x"), "'Read-only file system' at /x"),
        (
            FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/a']"),
            "no folder for temporary",
        ),
    ],
    ids=["full", "not allowed", "read-only", "no temporary folder"],
)
def test_what_the_machine_refuses_is_no_bug_of_ours(
    error: OSError, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> int:
        raise error

    assert exit_code_of(command) == EnvironmentMissing.exit_code
    assert said in capsys.readouterr().err
