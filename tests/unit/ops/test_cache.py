"""Where programs are kept between runs, and what happens where somebody else could have changed them, or has."""

from __future__ import annotations

import json
import os
import pwd
import re
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from unit.ops.test_submit import MAKES_AN_ARCHIVE, Machine, machine

from waybill_common.errors import EnvironmentMissing
from waybill_ops.submission.cache import open_cache

__all__ = ["machine"]

REFUSED = EnvironmentMissing.exit_code


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def homeless(machine: Machine, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    def no_entry(uid: int) -> object:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", no_entry)
    for name in ("HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    yield temporary
    # Nothing stays.
    assert list(temporary.iterdir()) == []


def zipped(machine: Machine) -> Path:
    path = machine.folder / "spark_app.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted((machine.folder / "bundle").iterdir()):
            archive.write(part, part.name)
    return path


def unpacked(machine: Machine) -> Path:
    [folder] = (machine.folder / "cache/waybill/bundles").iterdir()
    return folder


def test_the_cache_is_in_xdgs_folder_else_in_the_home(tmp_path: Path) -> None:
    xdg, home = str(tmp_path / "xdg"), str(tmp_path / "home")
    with open_cache({"XDG_CACHE_HOME": xdg, "HOME": home}) as cache:
        assert cache.part("jars") == tmp_path / "xdg/waybill/jars"
    with open_cache({"HOME": home}) as cache:
        assert cache.part("jars") == tmp_path / "home/.cache/waybill/jars"
    assert stat.S_IMODE((tmp_path / "home/.cache/waybill").stat().st_mode) == 0o700


def test_a_cache_that_others_could_read_is_closed_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".cache/waybill"
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    if os.geteuid() == 0:
        os.chown(folder, 54321, -1)
    monkeypatch.setattr(os, "geteuid", lambda: 54321 if os.getuid() == 0 else os.getuid())
    with open_cache({"HOME": str(tmp_path)}):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_cache_that_is_there_is_used_even_where_nothing_can_be_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in an image whose file system is read-only, with all jars in it."""
    (tmp_path / ".cache/waybill").mkdir(parents=True)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with open_cache({"HOME": str(tmp_path)}) as cache:
        assert cache.kept == tmp_path / ".cache/waybill"


@pytest.mark.parametrize("what", ["waybill", "waybill/jars", "waybill/bundles", "waybill/classes"])
def test_a_folder_that_others_may_write_to_is_refused_with_the_remedy(
    what: str, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = ("--bundle", str(zipped(machine)))
    machine.spark_submit(MAKES_AN_ARCHIVE)
    assert machine.submit(*bundle, "--keep-classes") == 0
    folder = machine.folder / "cache" / what
    folder.chmod(0o777)
    assert machine.submit(*bundle) == REFUSED
    told = capsys.readouterr().err
    assert f"{folder} can be written to by everybody" in told
    assert "XDG_CACHE_HOME" in told


@pytest.mark.root_only
@pytest.mark.parametrize("flag", [False, True], ids=["in the cache", "--jars-dir"])
def test_another_users_jars_are_refused(flag: bool, machine: Machine) -> None:
    jars = machine.folder / "cache/waybill/jars"
    os.chown(jars, 54321, 0)
    assert machine.submit(*(("--jars-dir", str(jars)) if flag else ())) == REFUSED


def test_without_a_home_what_a_run_needs_is_its_own_and_goes_with_it(
    homeless: Path, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    jars = str(machine.folder / "cache/waybill/jars")
    planted = homeless / f"waybill-cache-{os.getuid()}"  # where releases up to 0.1.0 looked
    planted.mkdir(mode=0o777)
    machine.spark_submit(f'echo "$@" > {machine.folder}/seen')
    assert machine.submit("--bundle", str(zipped(machine)), "--jars-dir", jars) == 0
    planted.rmdir()
    words = (machine.folder / "seen").read_text()
    assert f"spark.pyspark.python={homeless}/waybill-cache-" in words
    assert str(planted) not in words
    assert capsys.readouterr().err.count("nothing_is_kept") == 1


@pytest.mark.usefixtures("homeless")
def test_without_a_home_no_command_is_printed_whose_files_would_be_gone(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    jars = ("--jars-dir", str(machine.folder / "cache/waybill/jars"))
    assert machine.submit("--bundle", str(zipped(machine)), *jars, "--print") == REFUSED
    assert machine.submit("--keep-classes", *jars) == REFUSED
    assert "XDG_CACHE_HOME" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda folder: (folder / "spark_app.pex").write_text("another"), "spark_app.pex .* has other bytes"),
        (lambda folder: (folder / "launcher.py").unlink(), "launcher.py .* is gone"),
        (lambda folder: (folder / "json.py").touch(), "json.py .* is not in"),
        (lambda folder: (folder / "waybill_spark").symlink_to("/usr"), "waybill_spark .* is not in"),
        (lambda folder: (folder / "launcher.py").chmod(0o666), "launcher.py .* is no file that this user"),
    ],
    ids=["changed", "gone", "one more", "a link more", "open to others"],
)
def test_a_bundle_that_was_changed_after_it_was_unpacked_does_not_run(
    change: Callable[[Path], object], said: str, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = ("--bundle", str(zipped(machine)))
    assert machine.submit(*bundle) == machine.submit(*bundle) == 0
    machine.spark_submit(f"touch {machine.folder}/started")
    change(unpacked(machine))
    assert machine.submit(*bundle) == REFUSED
    told = " ".join(capsys.readouterr().err.split())
    assert re.search(said, told)
    assert f"delete {unpacked(machine)} and run again" in told
    assert not (machine.folder / "started").exists()


@pytest.mark.parametrize("umask", [0o000, 0o002], ids=oct)
def test_what_is_kept_is_not_for_others_to_write_whatever_the_umask(
    umask: int, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(uid: int) -> object:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    bundle = ("--bundle", str(zipped(machine)))
    machine.spark_submit(MAKES_AN_ARCHIVE)
    before = os.umask(umask)
    try:
        assert machine.submit(*bundle, "--keep-classes") == machine.submit(*bundle) == 0
    finally:
        os.umask(before)
    made = [*(machine.folder / "cache/waybill").rglob("*")]
    assert {one.parent.name for one in made} >= {"bundles", "classes", "module"}
    assert not [one for one in made if one.is_file() and one.stat().st_mode & 0o022]


@pytest.mark.root_only
def test_a_cache_that_root_has_opened_to_others_stays_open(tmp_path: Path) -> None:
    folder = tmp_path / ".cache/waybill"
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    with open_cache({"HOME": str(tmp_path)}):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o755


@pytest.mark.root_only
def test_a_home_that_this_user_can_not_enter_is_none() -> None:
    """As of containers that are started as another user than their image's."""
    with tempfile.TemporaryDirectory() as folder:  # mode 0700, and no folder of another user above it
        assert as_stranger(folder, {"HOME": f"{folder}/home"}, "cache.kept") == "None"


@pytest.mark.root_only
def test_what_an_administrators_cache_lacks_lies_in_the_runs_own() -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "waybill/jars").mkdir(parents=True)
        (Path(folder) / "temporary").mkdir()
        (Path(folder) / "temporary").chmod(0o1777)
        Path(folder).chmod(0o755)
        parts = "cache.part('jars'), *options_for_user(cache, {})"
        said = as_stranger(f"{folder}/temporary", {"XDG_CACHE_HOME": folder}, parts)
        assert said.startswith(f"{folder}/waybill/jars --patch-module=jdk.security.auth={folder}/temporary/")
        assert list((Path(folder) / "temporary").iterdir()) == []


def as_stranger(temporary: str, environ: dict[str, str], printed: str) -> str:
    program = (
        "import os, tempfile\n"
        "from waybill_ops.submission.cache import open_cache\n"
        "from waybill_ops.submission.user_options import options_for_user\n"
        f"tempfile.tempdir = {temporary!r}\n"
        "os.setgroups([]); os.setgid(54321); os.setuid(54321)\n"
        f"with open_cache({environ!r}) as cache:\n"
        f"    print({printed})\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("part", ["spark_app.pex", "launcher.py", "jars.json"])
def test_a_bundle_with_a_part_that_everybody_may_write_to_does_not_run(
    part: str, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    [path] = (machine.folder / "bundle").glob(part if part.endswith(("pex", "py")) else "*.json")
    path.chmod(0o777)
    assert machine.submit("--bundle", str(machine.folder / "bundle")) == REFUSED
    assert f"Everybody may write to the bundle {path}" in capsys.readouterr().err


@pytest.mark.parametrize("zip_too", [True, False], ids=["zip", "folder"])
def test_a_bundle_that_everybody_may_write_to_does_not_run(
    zip_too: bool, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = zipped(machine) if zip_too else machine.folder / "bundle"
    bundle.chmod(0o777)
    assert machine.submit("--bundle", str(bundle)) == REFUSED
    assert f"Everybody may write to the bundle {bundle}" in capsys.readouterr().err


def test_classes_that_were_changed_are_not_used(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.spark_submit(MAKES_AN_ARCHIVE)
    assert machine.submit("--keep-classes") == 0
    [archive] = (machine.folder / "cache/waybill/classes").iterdir()
    archive.write_bytes(archive.read_bytes() + b"\0")
    capsys.readouterr()
    assert machine.submit("--print", "--json") == 0
    told = capsys.readouterr()
    assert "SharedArchiveFile" not in json.dumps(json.loads(told.out))
    assert told.err.count("kept_classes_not_used") == 1
