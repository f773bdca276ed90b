"""The list of each built artifact and what lies in it are the same, seen from either side; so are the licences."""

from __future__ import annotations

import functools
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from waybill_common.version import VERSION
from waybill_supply.artifacts import supply
from waybill_supply.bom import bom
from waybill_supply.contents import LICENCES, contents
from waybill_supply.licences import licence_text
from waybill_supply.part import Contents
from waybill_supply.pins import read_pins

Artifact = Callable[[str], Path]
Run = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[2]
WITH_PARTS = ("producer.pex", "waybill.pex", "sandbox.pex", "spark_app.zip")
WHEELS = (
    "airflow",
    "common",
    "console",
    "contracts",
    "delivery",
    "local",
    "ops",
    "producer",
    "sandbox",
    "spark",
)


@functools.cache
def inside(path: Path) -> set[tuple[str, str]]:
    """The (name, version) pairs of wheels and packages, by nothing but the names in the archive."""
    with zipfile.ZipFile(path) as archive:
        if "spark_app.pex" in archive.namelist():
            names = zipfile.ZipFile(io.BytesIO(archive.read("spark_app.pex"))).namelist()
        else:
            names = archive.namelist()
    found = {(name.split("/")[0], VERSION) for name in names if re.match(r"waybill_\w+/", name)}
    for name in names:
        if wheel := re.match(r"\.deps/([^/-]+)-([^/-]+)-", name):
            found.add((wheel[1], wheel[2]))
    return {(re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in found}


@functools.cache
def read(path: Path) -> Contents:
    return contents(path, read_pins(ROOT))


@functools.cache
def listed(path: Path) -> dict[str, Any]:
    text = bom(read(path))
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    document: dict[str, Any] = json.loads(text)
    return document


def in_it(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        part
        for part in document["components"]
        if not any(one["name"] == "waybill:fetched" for one in part.get("properties", ()))
    ]


@pytest.mark.parametrize("name", WITH_PARTS)
def test_an_artifacts_list_and_what_lies_in_it_are_the_same(name: str, artifact: Artifact) -> None:
    found = {(part["name"], part["version"]) for part in in_it(listed(artifact(name)))}
    assert found == inside(artifact(name)) | {("pex", "2.1.137")}


@pytest.mark.parametrize("name", WITH_PARTS)
def test_each_part_has_a_purl_a_licence_and_the_hash_that_a_lock_admits(
    name: str, artifact: Artifact
) -> None:
    locks = "".join(path.read_text() for path in (ROOT / "3rdparty/python").glob("*.lock"))
    for part in in_it(listed(artifact(name))):
        assert part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}"
        assert part["licenses"], part["name"]
        if not part["name"].startswith("waybill-"):
            [digest] = part["hashes"]
            assert f"sha256:{digest['content']}" in locks, part["name"]


@pytest.mark.parametrize("name", WITH_PARTS)
def test_an_artifacts_licences_are_those_of_what_lies_in_it(name: str, artifact: Artifact) -> None:
    text = licence_text(read(artifact(name)))
    others = {pair for pair in inside(artifact(name)) if not pair[0].startswith("waybill-")}
    assert set(re.findall(r"^={80}\n(\S+) (\S+)$", text, re.MULTILINE)) == others | {("pex", "2.1.137")}


def test_the_bundles_list_has_the_jars_that_submit_fetches(artifact: Artifact) -> None:
    document = listed(artifact("spark_app.zip"))
    with zipfile.ZipFile(artifact("spark_app.zip")) as bundle:
        jars = json.loads(bundle.read("jars.json"))["jars"]
    assert sorted(
        (part["hashes"][0]["content"], part["purl"])
        for part in document["components"]
        if part not in in_it(document)
    ) == sorted((jar["sha256"], "pkg:maven/{}/{}@{}".format(*jar["coordinate"].split(":"))) for jar in jars)


@pytest.mark.parametrize("component", WHEELS)
def test_a_wheel_carries_nothing_of_others_and_its_list_says_what_it_requires(
    component: str, artifact: Artifact
) -> None:
    path = artifact(f"waybill_{component}-{VERSION}-py3-none-any.whl")
    document = listed(path)
    assert {(part["name"], part["version"]) for part in document["components"]} == inside(path)
    with zipfile.ZipFile(path) as wheel:
        metadata = wheel.read(f"waybill_{component}-{VERSION}.dist-info/METADATA").decode()
    required = [one["value"] for one in document["metadata"]["component"].get("properties", ())]
    assert sorted(required) == sorted(re.findall(r"^Requires-Dist: (.+)$", metadata, re.MULTILINE))


def test_a_program_runs_with_the_licences_in_it(artifact: Artifact, run_bare: Run, tmp_path: Path) -> None:
    program = tmp_path / "producer.pex"
    shutil.copy2(artifact("producer.pex"), program)
    supply(program, read_pins(ROOT))
    with zipfile.ZipFile(program) as archive:
        assert archive.read(LICENCES).startswith(b"Software of others in producer.pex\n")
    done = run_bare([program, "--version"], PEX_ROOT=str(tmp_path / "pex_root"))
    assert (done.returncode, done.stdout.split()[-1:]) == (0, [VERSION]), done.stderr
