"""From a bundle to spark-submit's words, and what is refused on the way."""

from __future__ import annotations

import os
import shlex
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from waybill_common.errors import EnvironmentMissing, SettingsRefused
from waybill_ops.submission.command import Submission, submit_command
from waybill_ops.submission.spark_bundle import Bundle, open_bundle
from waybill_ops.submission.spark_home import find_spark

PARTS = {"spark_app.pex": "pex", "launcher.py": "launcher", "spark_kafka.json": "{}"}
QUICK_START = [
    "spark.driver.defaultJavaOptions=-XX:TieredStopAtLevel=1",
    "spark.executor.defaultJavaOptions=-XX:TieredStopAtLevel=1",
]


def command(master: str, *, conf: tuple[str, ...] = (), arguments: tuple[str, ...] = ()) -> tuple[str, ...]:
    bundle = Bundle(pex=Path("/b/spark_app.pex"), launcher=Path("/b/launcher.py"), jars=Path("/b/jars.json"))
    jars = (Path("/j/a.jar"), Path("/j/b.jar"))
    return submit_command(
        Submission(Path("/spark"), master, bundle, jars, conf, Path("/t/stop"), arguments, (), (), {})
    )


def confs(words: tuple[str, ...]) -> list[str]:
    return [words[index + 1] for index, word in enumerate(words) if word == "--conf"]


@pytest.mark.parametrize("master", ["local", "local[*]", "local[2]", "local[*,4]"])
def test_on_a_local_master_workers_run_the_pex_by_its_path_and_no_copy_of_it_is_made(master: str) -> None:
    assert "--files" not in command(master)
    assert confs(command(master)) == [
        "spark.pyspark.driver.python=/b/spark_app.pex",
        "spark.pyspark.python=/b/spark_app.pex",
        *QUICK_START,
    ]


@pytest.mark.parametrize("master", ["local-cluster[2,1,1024]", "spark://host:7077", "yarn", "k8s://host"])
def test_on_executors_workers_run_the_pex_that_was_sent_to_them(master: str) -> None:
    assert confs(command(master)) == [
        "spark.pyspark.driver.python=/b/spark_app.pex",
        "spark.pyspark.python=./spark_app.pex",
        "spark.executorEnv.PEX_ROOT=./.pex",
        *QUICK_START,
    ]


def test_the_words_are_in_spark_submits_order() -> None:
    words = command("yarn", conf=("spark.executor.memory=2g",), arguments=("--lake.url=/lake", "--x"))
    assert words[:9] == (
        "/spark/bin/spark-submit",
        "--master",
        "yarn",
        "--deploy-mode",
        "client",
        "--files",
        "/b/spark_app.pex",
        "--jars",
        "/j/a.jar,/j/b.jar",
    )
    assert confs(words)[-1] == "spark.executor.memory=2g"
    assert words[-5:] == ("/b/launcher.py", "--stop-file", "/t/stop", "--lake.url=/lake", "--x")
    assert shlex.split(shlex.join(words)) == list(words)


@pytest.mark.parametrize("odd", list("#*,?[\\]{}"))
def test_a_path_that_spark_would_read_as_something_else_is_refused(odd: str) -> None:
    folder = Path(f"/home/a{odd}b")
    bundle = Bundle(pex=folder / "spark_app.pex", launcher=folder / "launcher.py", jars=folder / "jars.json")
    with pytest.raises(SettingsRefused, match=r"which Spark does not take as it stands"):
        submit_command(Submission(Path("/spark"), "yarn", bundle, (), (), Path("/t/stop"), (), (), (), {}))


@pytest.fixture
def zipped(tmp_path: Path) -> Callable[..., Path]:
    def make(parts: dict[str, str] = PARTS) -> Path:
        path = tmp_path / "spark_app.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        return path

    return make


def test_a_zip_is_unpacked_once_for_its_content(zipped: Callable[..., Path], tmp_path: Path) -> None:
    first = open_bundle(zipped(), lambda: tmp_path / "cache")
    assert first.pex.read_text() == "pex"
    assert os.access(first.pex, os.X_OK)
    assert first.jars.name == "spark_kafka.json"
    unpacked = first.pex.stat()
    assert open_bundle(zipped(), lambda: tmp_path / "cache").pex.stat() == unpacked
    other = open_bundle(zipped({**PARTS, "spark_app.pex": "another"}), lambda: tmp_path / "cache")
    assert other.pex.read_text() == "another"
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_a_folder_is_used_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    for name, content in PARTS.items():
        (folder / name).write_text(content)
    monkeypatch.chdir(tmp_path)
    assert open_bundle(Path("unpacked"), lambda: tmp_path / "cache").launcher == folder / "launcher.py"


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"launcher.py": "", "jars.json": ""}, "lacks spark_app.pex"),
        ({"spark_app.pex": "", "jars.json": ""}, "lacks launcher.py"),
        ({"spark_app.pex": "", "launcher.py": ""}, "has 0 .json files"),
        ({**PARTS, "other.json": ""}, "has 2 .json files"),
    ],
)
def test_a_bundle_without_a_part_is_refused(
    parts: dict[str, str], named: str, zipped: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(SettingsRefused, match=named):
        open_bundle(zipped(parts), lambda: tmp_path / "cache")


@pytest.mark.parametrize("content", [None, b"no zip"], ids=["absent", "no zip"])
def test_what_is_no_bundle_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "spark_app.zip"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsRefused, match=r"spark_app\.zip"):
        open_bundle(path, lambda: tmp_path / "cache")


def spark(folder: Path, version: str = "4.2.0") -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "jars").mkdir()
    (folder / "jars" / f"spark-core_2.13-{version}.jar").touch()
    submit = folder / "bin" / "spark-submit"
    submit.touch()
    submit.chmod(0o755)
    return folder


def test_the_flag_wins_over_the_variable_over_the_path(tmp_path: Path) -> None:
    flag, home, path = (spark(tmp_path / name) for name in ("flag", "home", "path"))
    assert find_spark(str(flag), str(home), str(path / "bin")) == flag
    assert find_spark(None, str(home), str(path / "bin")) == home
    assert find_spark(None, None, str(path / "bin")) == path


def test_a_spark_submit_that_pip_installed_leads_to_its_pyspark(tmp_path: Path) -> None:
    home = spark(tmp_path / "lib" / "python3.11" / "site-packages" / "pyspark")
    (tmp_path / "bin").mkdir()
    submit = tmp_path / "bin" / "spark-submit"
    submit.touch()
    submit.chmod(0o755)
    assert find_spark(None, None, str(tmp_path / "bin")) == home


def test_the_pyspark_of_python_on_the_path_is_found(tmp_path: Path) -> None:
    home = spark(tmp_path / "elsewhere" / "pyspark")
    python = tmp_path / "bin" / "python3.11"
    python.parent.mkdir()
    python.write_text(f"#!{sys.executable}\nprint({str(home / '__init__.py')!r})\n")
    python.chmod(0o755)
    assert find_spark(None, None, str(python.parent)) == home


@pytest.mark.parametrize("version", ["4.3.0", "4.1.2", "3.5.6", "4.20.0"])
def test_another_spark_is_refused_by_its_version(version: str, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentMissing, match=f"SPARK_HOME is Spark {version}"):
        find_spark(None, str(spark(tmp_path / "spark", version)), None)


def test_a_folder_without_spark_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentMissing, match="no Spark installation"):
        find_spark(str(tmp_path), None, None)


def test_no_spark_of_the_current_folder_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = spark(tmp_path / "evil")
    monkeypatch.chdir(home / "bin")
    good = spark(tmp_path / "good")
    for entry in ("", ".", "../bin"):
        assert find_spark(None, None, f"{entry}:{good / 'bin'}") == good


def test_no_spark_at_all_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentMissing, match="pip install pyspark"):
        find_spark(None, None, str(tmp_path))
