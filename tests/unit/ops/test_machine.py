"""A machine that is not as usual: no home, no name for the user, unreadable files."""

from __future__ import annotations

import errno
import os
import pwd
import sys
from pathlib import Path

import pytest

from waybill_common.cli import exit_code_of
from waybill_common.errors import EnvironmentMissing, SettingsRefused
from waybill_ops.submission.cache import open_cache
from waybill_ops.submission.jvm_defaults import jvm_defaults
from waybill_ops.submission.spark_home import find_spark
from waybill_ops.submission.temporary import options_for_temporary
from waybill_ops.submission.user_options import options_for_user


@pytest.fixture
def nameless(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_entry(uid: int) -> object:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", no_entry)


def test_a_user_with_a_name_needs_nothing(tmp_path: Path) -> None:
    with open_cache({"XDG_CACHE_HOME": str(tmp_path)}) as cache:
        assert options_for_user(cache, os.environ) == ()
    assert list((tmp_path / "waybill").iterdir()) == []


@pytest.mark.usefixtures("nameless")
def test_java_is_told_a_name_for_a_user_without_one(tmp_path: Path) -> None:
    with open_cache({"XDG_CACHE_HOME": str(tmp_path / "a cache")}) as cache:
        patch, name, home = options_for_user(cache, {"HOME": "/"})
        [code] = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert patch == f"--patch-module=jdk.security.auth='{code.parents[5]}'"
        assert (name, home) == (f"-Duser.name=uid{os.getuid()}", "-Duser.home=/")
        assert code.name == "UnixSystem.class"
        assert code.read_bytes()[:4] == bytes.fromhex("cafebabe")
        assert "-Duser.name=etl" in options_for_user(cache, {"HADOOP_USER_NAME": "etl"})


@pytest.mark.usefixtures("nameless")
@pytest.mark.parametrize("change", ["another class", "a class more"])
def test_a_class_for_java_that_somebody_has_changed_is_refused(change: str, tmp_path: Path) -> None:
    with open_cache({"XDG_CACHE_HOME": str(tmp_path)}) as cache:
        options_for_user(cache, {})
        [code] = [path for path in tmp_path.rglob("*") if path.is_file()]
        (code if change == "another class" else code.with_name("More.class")).write_bytes(b"code")
        with pytest.raises(EnvironmentMissing, match="somebody has changed that folder"):
            options_for_user(cache, {})


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
