"""The list beside an artifact keeps CycloneDX's schema and is the same each time; the licences lie in the artifact."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from unit.supply_chain.made import PINS, pex, pex_bytes, wheel_files, zip_bytes

from waybill_supply.artifacts import supply
from waybill_supply.contents import LICENCES

JARS = '{"jars": [{"coordinate": "org.some:jar:1.0", "file": "jar-1.0.jar", "sha256": "%s"}]}' % ("d" * 64)


def bundle(folder: Path) -> Path:
    path = folder / "bundle.zip"
    path.write_bytes(zip_bytes({"spark_app.pex": pex_bytes("waybill_spark"), "jars.json": JARS.encode()}))
    return path


def wheel(folder: Path) -> Path:
    path = folder / "waybill_one-9.9.9-py3-none-any.whl"
    path.write_bytes(zip_bytes(wheel_files("waybill_one", "9.9.9", "Requires-Dist: some-library<2,>=1")))
    return path


MADE = [pytest.param(make, id=make.__name__) for make in (pex, bundle, wheel)]


def listed(artifact: Path) -> Any:
    return json.loads(artifact.with_name(artifact.name + ".cdx.json").read_text())


@pytest.mark.parametrize("make", MADE)
def test_a_list_keeps_the_schema_and_names_no_time(make: Callable[[Path], Path], tmp_path: Path) -> None:
    artifact = make(tmp_path)
    supply(artifact, PINS)
    text = artifact.with_name(artifact.name + ".cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert "timestamp" not in text


@pytest.mark.parametrize("make", MADE)
def test_a_second_build_gives_the_same_bytes(make: Callable[[Path], Path], tmp_path: Path) -> None:
    bytes_of = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        supply(make(folder), PINS)
        bytes_of.append({file.name: file.read_bytes() for file in folder.iterdir()})
    assert bytes_of[0] == bytes_of[1]


@pytest.mark.parametrize("make", MADE)
def test_a_second_run_on_an_artifact_changes_nothing(make: Callable[[Path], Path], tmp_path: Path) -> None:
    artifact = make(tmp_path)
    supply(artifact, PINS)
    first = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    supply(artifact, PINS)
    assert first == {file.name: file.read_bytes() for file in tmp_path.iterdir()}


@pytest.mark.parametrize("make", MADE)
def test_a_list_is_of_the_very_file_beside_it(make: Callable[[Path], Path], tmp_path: Path) -> None:
    artifact = make(tmp_path)
    supply(artifact, PINS)
    itself = listed(artifact)["metadata"]["component"]
    assert itself["hashes"] == [
        {"alg": "SHA-256", "content": hashlib.sha256(artifact.read_bytes()).hexdigest()}
    ]
    assert itself["name"] == artifact.name


def test_a_pex_carries_the_licences_and_stays_a_program(tmp_path: Path) -> None:
    artifact = pex(tmp_path)
    supply(artifact, PINS)
    with zipfile.ZipFile(artifact) as archive:
        text = archive.read(LICENCES).decode()
        assert archive.testzip() is None
    assert "some-library 1.2.0\nLicence: MIT\n" in text
    assert "the words of MIT" in text
    assert artifact.read_bytes().startswith(b"#!/usr/bin/env python3.11\n")
    assert stat.S_IMODE(artifact.stat().st_mode) == 0o755


def test_another_link_to_an_artifact_keeps_its_bytes(tmp_path: Path) -> None:
    """An image's context has such links."""
    artifact = pex(tmp_path)
    before = artifact.read_bytes()
    other = tmp_path / "context.pex"
    other.hardlink_to(artifact)
    supply(artifact, PINS)
    assert other.read_bytes() == before != artifact.read_bytes()


def test_a_wheels_text_lies_beside_it_and_says_that_it_carries_nothing(tmp_path: Path) -> None:
    artifact = wheel(tmp_path)
    before = artifact.read_bytes()
    supply(artifact, PINS)
    text = artifact.with_name(f"{artifact.name}.{LICENCES}").read_text()
    assert "It carries no software of others." in text
    assert "  some-library<2,>=1" in text
    assert artifact.read_bytes() == before


def test_a_jar_that_is_fetched_is_told_from_what_lies_in_the_bundle(tmp_path: Path) -> None:
    artifact = bundle(tmp_path)
    supply(artifact, PINS)
    fetched = {
        part["purl"]: [one["name"] for one in part["properties"]]
        for part in listed(artifact)["components"]
        if any(one["name"] == "waybill:fetched" for one in part.get("properties", ()))
    }
    assert fetched == {"pkg:maven/org.some/jar@1.0": ["waybill:fetched", "waybill:file"]}
    with zipfile.ZipFile(artifact) as archive:
        assert "jar 1.0" not in archive.read(LICENCES).decode()


def test_a_part_depends_on_those_beside_it(tmp_path: Path) -> None:
    artifact = pex(tmp_path)
    supply(artifact, PINS)
    needed = {one["ref"]: one.get("dependsOn", []) for one in listed(artifact)["dependencies"]}
    assert needed["pkg:pypi/some-library@1.2.0"] == ["pkg:pypi/from-source@3.0"]
    assert "pkg:pypi/pex@2.1.137" in needed[artifact.name]
