"""``waybill submit`` as a whole, on a machine whose Java and Spark are scripts of ours."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from waybill_common.jars import read_jar_manifest
from waybill_ops.cli import main

JAR = b"a jar"


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@dataclass(frozen=True)
class Machine:
    """Java, Spark 4.2, a bundle with one jar, and that jar in the cache."""

    folder: Path

    @property
    def jar(self) -> Path:
        [path] = (self.folder / "cache/waybill/jars").rglob("*.jar")
        return path

    def java(self, version: str) -> None:
        script(self.folder / "java/bin/java", f"echo 'openjdk version \"{version}\"' >&2")

    def spark_submit(self, text: str) -> None:
        script(self.folder / "spark/bin/spark-submit", text)

    def submit(self, *flags: str) -> int:
        return main(["submit", "--bundle", str(self.folder / "bundle"), *flags])


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path)
    machine.java("17.0.15")
    machine.spark_submit("exit 0")
    (tmp_path / "spark/jars").mkdir()
    (tmp_path / "spark/jars/spark-core_2.13-4.2.0.jar").touch()
    (tmp_path / "bundle").mkdir()
    for part in ("spark_app.pex", "launcher.py"):
        (tmp_path / "bundle" / part).touch()
    jar = {"coordinate": "g:a:1", "file": "a-1.jar", "sha256": hashlib.sha256(JAR).hexdigest()}
    manifest = tmp_path / "bundle/jars.json"
    manifest.write_text(json.dumps({"name": "spark_kafka", "roots": ["g:a:1"], "jars": [jar]}))
    kept = tmp_path / "cache/waybill/jars" / read_jar_manifest(manifest).folder
    kept.mkdir(parents=True)
    (kept / "a-1.jar").write_bytes(JAR)
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "java"))
    monkeypatch.setenv("SPARK_HOME", str(tmp_path / "spark"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return machine


def test_print_prints_the_command_and_runs_nothing(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.spark_submit("exit 9")
    assert machine.submit("--master", "local[2]", "--print", "--", "--lake.url=/a'b") == 0
    words = shlex.split(capsys.readouterr().out)
    assert words[0] == str(machine.folder / "spark/bin/spark-submit")
    assert words[words.index("--jars") + 1] == str(machine.jar)
    assert words[-1] == "--lake.url=/a'b"


def test_json_tells_whoever_starts_spark_submit_himself_the_same(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.spark_submit("exit 9")
    flags = ("--master", "local[2]", "--conf", "spark.executor.memory=2g", "--print")
    assert machine.submit(*flags, "--json", "--", "--lake.url=/a'b") == 0
    told = json.loads(capsys.readouterr().out)
    assert machine.submit(*flags, "--", "--lake.url=/a'b") == 0
    words = shlex.split(capsys.readouterr().out)
    assert told == {
        "spark_submit": words[0],
        "environment": {
            "SPARK_HOME": str(machine.folder / "spark"),
            "JAVA_HOME": str(machine.folder / "java"),
            "SPARK_LOCAL_IP": "127.0.0.1",
        },
        "application": str(machine.folder / "bundle/launcher.py"),
        "files": [],
        "jars": words[words.index("--jars") + 1].split(","),
        "conf": dict(words[at + 1].split("=", 1) for at, word in enumerate(words) if word == "--conf"),
        "arguments": ["--lake.url=/a'b"],
    }
    assert told["conf"]["spark.executor.memory"] == "2g"


def test_json_of_a_run_is_refused(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert machine.submit("--json") == 2
    assert "--json was given without --print" in capsys.readouterr().err


def test_jars_are_checked_before_anything_is_printed(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.jar.write_bytes(b"another jar")
    assert machine.submit("--print", "--json") == 51
    assert capsys.readouterr().out == ""


def test_secrets_travel_as_variables_and_not_as_words(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYBILL_LAKE__ACCESS_KEY_ID", "someone")
    monkeypatch.setenv("WAYBILL_LAKE__SECRET_ACCESS_KEY", "hush")
    machine.spark_submit(f'printf "%s" "$WAYBILL_LAKE__SECRET_ACCESS_KEY $*" > {machine.folder}/seen')
    assert machine.submit() == 0
    secret, words = (machine.folder / "seen").read_text().split(" ", 1)
    assert (secret, "hush" in words) == ("hush", False)


MAKES_AN_ARCHIVE = """
for word in "$@"; do
  case $word in *-XX:ArchiveClassesAtExit=*) file=${word#*AtExit=}; echo classes > "${file%% *}" ;; esac
done
"""


def driver_options(machine: Machine) -> str:
    return (machine.folder / "seen").read_text()


def test_classes_that_a_run_has_kept_are_used_by_all_later_ones(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.spark_submit(f'echo "$*" > {machine.folder}/seen\n{MAKES_AN_ARCHIVE}')
    assert machine.submit() == 0
    assert "Archive" not in driver_options(machine)
    assert machine.submit("--keep-classes") == 0
    [archive] = (machine.folder / "cache/waybill/classes").iterdir()
    assert archive.read_text() == "classes\n"
    assert machine.submit() == 0
    assert f"-XX:SharedArchiveFile={archive} " in driver_options(machine)
    assert machine.submit("--print") == 0
    assert f"-XX:SharedArchiveFile={archive} " in capsys.readouterr().out


def test_classes_can_be_kept_anew(machine: Machine) -> None:
    machine.spark_submit(f'echo "$*" > {machine.folder}/seen\n{MAKES_AN_ARCHIVE}')
    for _ in range(2):
        assert machine.submit("--keep-classes") == 0
        assert "-XX:ArchiveClassesAtExit=" in driver_options(machine)
    assert len(list((machine.folder / "cache/waybill/classes").iterdir())) == 1


def test_a_run_that_fails_keeps_no_classes(machine: Machine) -> None:
    machine.spark_submit(f"{MAKES_AN_ARCHIVE}\nexit 33")
    assert machine.submit("--keep-classes") == 33
    assert not list((machine.folder / "cache/waybill/classes").iterdir())


def test_classes_are_not_kept_beside_a_configuration_that_the_jvm_refuses(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    conf = machine.folder / "spark/conf"
    conf.mkdir()
    machine.spark_submit(f"touch {machine.folder}/started")
    (conf / "log4j2.properties").touch()
    assert machine.submit("--keep-classes") == 2
    assert f"{conf} holds log4j2.properties" in capsys.readouterr().err
    assert not (machine.folder / "started").exists()


def test_a_run_that_kept_no_classes_says_so(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert machine.submit("--keep-classes") == 0
    assert "no classes kept" in capsys.readouterr().err


def test_what_a_killed_run_left_of_its_classes_is_removed_by_the_next_that_keeps_them(
    machine: Machine,
) -> None:
    folder = machine.folder / "cache/waybill/classes"
    folder.mkdir(parents=True)
    for name, age in ((".old-1.jsa", 7200), (".new-2.jsa", 60)):
        (folder / name).touch()
        os.utime(folder / name, (time.time() - age,) * 2)
    machine.spark_submit(MAKES_AN_ARCHIVE)
    assert machine.submit("--keep-classes") == 0
    assert [path.name for path in folder.glob(".*")] == [".new-2.jsa"]


def test_classes_of_another_spark_are_not_used(machine: Machine) -> None:
    machine.spark_submit(f'echo "$*" > {machine.folder}/seen\n{MAKES_AN_ARCHIVE}')
    assert machine.submit("--keep-classes") == 0
    (machine.folder / "spark/jars/another.jar").touch()
    assert machine.submit() == 0
    assert "Archive" not in driver_options(machine)


def test_a_command_that_is_only_printed_keeps_no_classes(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert machine.submit("--keep-classes", "--print") == 2
    assert "--keep-classes" in capsys.readouterr().err


@pytest.mark.parametrize("own", [True, False], ids=["SPARK_CONF_DIR", "Spark's conf"])
def test_what_an_administrator_gave_the_jvms_stays(
    own: bool, machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = machine.folder / ("own" if own else "spark/conf")
    folder.mkdir(parents=True)
    if own:
        monkeypatch.setenv("SPARK_CONF_DIR", str(folder))
    (folder / "spark-defaults.conf").write_text(
        "spark.driver.defaultJavaOptions   -Da=1 -XX:OnOutOfMemoryError='kill -9 %p'\n"
        "spark.executor.defaultJavaOptions=-Db=2\n"
    )
    assert machine.submit("--print", "--json") == 0
    conf = json.loads(capsys.readouterr().out)["conf"]
    assert conf["spark.driver.defaultJavaOptions"] == (
        "-Da=1 -XX:OnOutOfMemoryError='kill -9 %p' -XX:TieredStopAtLevel=1"
    )
    assert conf["spark.executor.defaultJavaOptions"] == "-Db=2 -XX:TieredStopAtLevel=1"


@pytest.mark.parametrize("code", [1, 20, 33, 34])
def test_the_applications_exit_code_is_passed_on(code: int, machine: Machine) -> None:
    machine.spark_submit(f"exit {code}")
    assert machine.submit() == code


def test_a_jar_with_another_sha256_is_refused_by_name(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.jar.write_bytes(b"another jar")
    assert machine.submit() == 51
    assert "a-1.jar" in capsys.readouterr().err


@pytest.mark.parametrize(("version", "named"), [("11.0.2", "Java 11"), ("1.8.0_392", "Java 8")])
def test_a_wrong_java_is_refused_by_its_version(
    version: str, named: str, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.java(version)
    assert machine.submit() == 50
    assert named in capsys.readouterr().err


def test_no_spark_is_refused(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert machine.submit("--spark-home", str(machine.folder)) == 50
    assert "no Spark installation" in capsys.readouterr().err


def test_a_backfill_is_the_application_with_two_more_flags(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = str(machine.folder / "bundle")
    edges = ["--from", "0:5,1:7", "--to", "0:9,1:8"]
    assert main(["backfill", "--bundle", bundle, *edges, "--print", "--", "--lake.url=/again"]) == 0
    words = shlex.split(capsys.readouterr().out)
    assert words[-3:] == ["--backfill-from=0:5,1:7", "--backfill-to=0:9,1:8", "--lake.url=/again"]


@pytest.mark.parametrize("edge", ["0:5-9", "noon", "0:1,0:2"])
def test_an_edge_that_means_nothing_is_refused(edge: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backfill", "--bundle", "x", "--from", edge, "--to", "0:9"]) == 2
    assert edge in capsys.readouterr().err


def application_arguments(machine: Machine, capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert machine.submit("--print", "--json", *words) == 0
    told: list[str] = json.loads(capsys.readouterr().out)["arguments"]
    return told


def test_the_applications_settings_are_flags_of_its_own_or_follow_two_dashes(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    (machine.folder / "w.toml").touch()
    given = ("--delivery.rows-per-object", "5", f"--config={machine.folder}/w.toml")
    told = application_arguments(machine, capsys, *given, "--lake.url=/a", "--", "--lake.url", "/b")
    config, *settings = told
    assert config == f"--config={machine.folder}/w.toml"
    assert settings == ["--lake.url=/a", "--delivery.rows-per-object=5", "--lake.url", "/b"]


@pytest.mark.parametrize("place", [(), ("--",)], ids=["before", "after"])
def test_settings_are_refused_before_anything_is_looked_for(
    place: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The application would do so too, seconds later."""
    monkeypatch.setenv("WAYBILL_LAKE__UR", "/x")
    words = ["--delivery.rows-per-object=-5", "--delivery.rows-per-objct=7", "--lake.secret-access-key=hush"]
    assert main(["submit", "--bundle", "/gone", *place, *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "delivery.rows_per_object = '-5' (from flag --delivery.rows-per-object)" in err
    assert "--delivery.rows-per-objct is no flag; did you mean --delivery.rows-per-object?" in err
    assert "--lake.secret-access-key is no flag, since others can read those" in err
    assert "WAYBILL_LAKE__UR is no variable of ours" in err
    assert "hush" not in err


def test_a_run_takes_its_logs_level_and_format_from_the_settings(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.spark_submit("exit 0")
    assert machine.submit("--keep-classes", "--log.level=error") == 0
    assert capsys.readouterr().err == ""


def test_a_backfill_takes_only_the_settings_of_a_stretch(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["backfill", "--bundle", str(machine.folder / "bundle"), "--from", "0:5", "--to", "0:9"]
    assert main([*words, "--print", "--lake.url=/again"]) == 0
    told = shlex.split(capsys.readouterr().out)
    assert told[-3:] == ["--lake.url=/again", "--backfill-from=0:5", "--backfill-to=0:9"]
    assert main([*words, "--delivery.trigger=10 seconds"]) == 2
    assert "does not use delivery.trigger" in capsys.readouterr().err
