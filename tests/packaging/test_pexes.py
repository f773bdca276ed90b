"""Each PEX runs by its own path, anywhere with a CPython 3.11, and holds all that its modules import."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from waybill_common.version import VERSION

Artifact = Callable[[str], Path]
Run = Callable[..., subprocess.CompletedProcess[str]]

PACKAGES = {
    "producer.pex": {"waybill_common", "waybill_producer"},
    "waybill.pex": {"waybill_airflow", "waybill_common", "waybill_ops"},
    "sandbox.pex": {"waybill_common", "waybill_sandbox"},
}
IMPORT_ALL = """
import importlib, json, pkgutil, sys
names, broken = [], {}
for package in sys.argv[1:]:
    names.append(package)
    names += [m.name for m in pkgutil.walk_packages(importlib.import_module(package).__path__, package + ".")]
for name in names:
    if not name.endswith("__main__"):
        try:
            importlib.import_module(name)
        except ImportError as error:
            broken[name] = str(error)
print(json.dumps({"imported": len(names), "broken": broken}))
"""


@pytest.mark.parametrize("name", PACKAGES)
def test_an_artifact_answers_help_in_an_empty_environment(
    name: str, artifact: Artifact, run_bare: Run
) -> None:
    done = run_bare([artifact(name), "--help"])
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage:")


@pytest.mark.parametrize("name", PACKAGES)
def test_an_artifact_says_the_version(name: str, artifact: Artifact, run_bare: Run) -> None:
    done = run_bare([artifact(name), "--version"])
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == VERSION


@pytest.mark.parametrize("name", PACKAGES)
def test_every_module_of_an_artifact_imports(name: str, artifact: Artifact, run_bare: Run) -> None:
    done = run_bare([artifact(name), "-c", IMPORT_ALL, *sorted(PACKAGES[name])], PEX_INTERPRETER="1")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["broken"] == {}
    assert found["imported"] > len(PACKAGES[name])


@pytest.mark.parametrize("name", PACKAGES)
def test_an_artifact_carries_no_component_that_it_does_not_use(name: str, artifact: Artifact) -> None:
    with zipfile.ZipFile(artifact(name)) as pex:
        tops = {member.split("/", 1)[0] for member in pex.namelist()}
    assert {top for top in tops if top.startswith("waybill_")} == PACKAGES[name]


def test_the_spark_bundles_modules_import_where_only_pyspark_is(
    artifact: Artifact, run_bare: Run, spark_site: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(artifact("spark_app.zip")) as bundle:
        bundle.extract("spark_app.pex", tmp_path)
    pex = tmp_path / "spark_app.pex"
    pex.chmod(0o755)
    done = run_bare(
        [pex, "-c", IMPORT_ALL, "waybill_common", "waybill_spark"],
        PEX_INTERPRETER="1",
        PYTHONPATH=str(spark_site),
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["broken"] == {}
