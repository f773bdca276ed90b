from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from waybill_common.errors import EnvironmentMissing, JarMismatch, ServiceNotReady, SettingsRefused
from waybill_common.jars import Jar, JarManifest, fetch_jars, read_jar_manifest

SERVED = b"bytes that the repository serves"
GOOD = hashlib.sha256(SERVED).hexdigest()

# Stands in for java and Ivy: writes the jar where Ivy's layout would, and counts its runs.
FAKE_IVY = """#!/bin/sh
echo run >> "{counter}"
for argument; do
  case "$argument" in */libs/*) libs="${{argument%%/\\[*}}" ;; esac
done
mkdir -p "$libs/org.example/thing/1.0"
printf '%s' '{served}' > "$libs/org.example/thing/1.0/thing-1.0.jar"
exit {code}
"""


def manifest(sha256: str = GOOD) -> JarManifest:
    jar = Jar(coordinate="org.example:thing:1.0", file="thing-1.0.jar", sha256=sha256)
    return JarManifest(name="things", roots=("org.example:thing:1.0",), jars=(jar,))


@pytest.fixture
def spark_home(tmp_path: Path) -> Path:
    (tmp_path / "spark" / "jars").mkdir(parents=True)
    (tmp_path / "spark" / "jars" / "ivy-2.5.3.jar").touch()
    return tmp_path / "spark"


def fake_java(tmp_path: Path, code: int = 0) -> Path:
    java = tmp_path / "java"
    java.write_text(FAKE_IVY.format(counter=tmp_path / "runs", served=SERVED.decode(), code=code))
    java.chmod(0o755)
    return java


def test_jars_are_fetched_once_and_checked_each_time(tmp_path: Path, spark_home: Path) -> None:
    java, cache = fake_java(tmp_path), tmp_path / "cache"
    first = fetch_jars(manifest(), cache, java=java, spark_home=spark_home)
    assert [path.read_bytes() for path in first] == [SERVED]
    assert fetch_jars(manifest(), cache, java=java, spark_home=spark_home) == first
    assert (tmp_path / "runs").read_text() == "run\n"
    first[0].write_bytes(b"altered on disk")
    with pytest.raises(JarMismatch, match=r"thing-1\.0\.jar \(org\.example:thing:1\.0\)"):
        fetch_jars(manifest(), cache, java=java, spark_home=spark_home)


def test_a_jar_with_another_digest_is_refused_by_name_and_nothing_stays(
    tmp_path: Path, spark_home: Path
) -> None:
    with pytest.raises(JarMismatch, match=r"thing-1\.0\.jar") as caught:
        fetch_jars(manifest("0" * 64), tmp_path / "cache", java=fake_java(tmp_path), spark_home=spark_home)
    assert GOOD in caught.value.found
    assert "0" * 64 in caught.value.allowed
    assert not any((tmp_path / "cache").iterdir())


def test_a_failed_download_says_what_ivy_said(tmp_path: Path, spark_home: Path) -> None:
    with pytest.raises(ServiceNotReady, match="1 jars of things failed"):
        fetch_jars(manifest(), tmp_path / "cache", java=fake_java(tmp_path, code=1), spark_home=spark_home)
    assert not any((tmp_path / "cache").iterdir())


def test_a_folder_without_spark_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentMissing, match="nowhere"):
        fetch_jars(manifest(), tmp_path / "cache", java=fake_java(tmp_path), spark_home=tmp_path / "nowhere")


def test_a_changed_manifest_gets_a_folder_of_its_own() -> None:
    assert manifest().folder != manifest("1" * 64).folder


@pytest.mark.parametrize(
    "change",
    [{"file": "../evil.jar"}, {"sha256": "abc"}, {"coordinate": "no-colons"}, {"url": "x"}],
    ids=["path", "digest", "coordinate", "unknown_field"],
)
def test_a_manifest_that_makes_no_sense_is_refused(tmp_path: Path, change: dict[str, str]) -> None:
    document = manifest().model_dump(mode="json")
    document["jars"][0].update(change)
    path = tmp_path / "jars.json"
    path.write_text(json.dumps(document))
    with pytest.raises(SettingsRefused, match=r"jars\.json is no jar manifest"):
        read_jar_manifest(path)
