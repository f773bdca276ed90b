"""Each PEX runs by its own path, anywhere with a CPython 3.11, and holds all that its modules import."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from waiting import wait_until

from waybill_common.version import VERSION

Artifact = Callable[[str], Path]
Run = Callable[..., subprocess.CompletedProcess[str]]

PACKAGES = {
    "access.pex": {"waybill_access", "waybill_common", "waybill_streams"},
    "producer.pex": {"waybill_common", "waybill_producer", "waybill_status", "waybill_streams"},
    "waybill.pex": {
        *("waybill_airflow", "waybill_common", "waybill_console", "waybill_contracts", "waybill_delivery"),
        *("waybill_local", "waybill_ops", "waybill_status", "waybill_streams"),
    },
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
def test_every_module_of_an_artifact_imports(
    name: str, artifact: Artifact, run_bare: Run, pex_root: Path
) -> None:
    """By the Python of its venv: the PEX itself starts nothing but its program."""
    assert run_bare([artifact(name), "--version"]).returncode == 0
    component = max(
        PACKAGES[name] - {"waybill_common", "waybill_status", "waybill_streams"}
    )  # those are in several
    [package] = pex_root.glob(f"venvs/*/*/lib/python3.11/site-packages/{component}")
    done = run_bare([package.parents[3] / "bin/python", "-I", "-c", IMPORT_ALL, *sorted(PACKAGES[name])])
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
    script = tmp_path / "import_all.py"
    script.write_text(IMPORT_ALL)
    done = run_bare(
        [pex, script, *(f"waybill_{one}" for one in ("common", "contracts", "delivery", "spark", "streams"))],
        PYTHONPATH=str(spark_site),
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["broken"] == {}


@pytest.mark.parametrize("by_python", [False, True], ids=["by its path", "by a Python"])
def test_nothing_of_the_machine_gets_into_a_program(
    by_python: bool, artifact: Artifact, run_bare: Run, hostile: Path, tmp_path: Path
) -> None:
    """Neither in the run that unpacks it nor later. What a Python imports before it runs a PEX is not the PEX's."""
    pex = artifact("producer.pex")
    words = ["python3.11", "-S", pex, "--version"] if by_python else [pex, "--version"]
    (tmp_path / ".pexrc").write_text("PEX_MODULE=this\n")
    done = [
        run_bare(
            words,
            cwd=hostile,
            HOME=str(tmp_path),
            PEX_ROOT=str(tmp_path / "pex_root"),
            PYTHONPATH=f"{hostile}{os.pathsep}",
            PYTHONSTARTUP=str(hostile / "structlog.py"),
            **{name: str(hostile) for name in ("PEX_EXTRA_SYS_PATH", "__PEX_EXTRA_SYS_PATH__")},
            PEX_INTERPRETER="1",
            PEX_MODULE="this",
            PEX_SCRIPT="rich",
            PEX_INHERIT_PATH="prefer",
        )
        for _ in range(2)
    ]
    assert [(one.returncode, one.stdout.split()[-1:], one.stderr) for one in done] == [(0, [VERSION], "")] * 2


def test_sparks_python_takes_pyspark_from_the_pythonpath_and_nothing_else(
    artifact: Artifact, run_bare: Run, spark_site: Path, hostile: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(artifact("spark_app.zip")) as bundle:
        bundle.extractall(tmp_path)
    pex = tmp_path / "spark_app.pex"
    pex.chmod(0o755)
    places = [str(hostile), "", str(spark_site)]
    words = [pex, tmp_path / "launcher.py", "--version"]
    done = run_bare(words, cwd=hostile, PYTHONPATH=os.pathsep.join(places))
    assert (done.returncode, done.stdout.split()[-1:]) == (0, [VERSION]), done.stderr
    assert "HOSTILE" not in done.stderr


def test_a_user_without_a_home_has_a_place_for_unpacked_programs_that_goes_with_the_run(
    artifact: Artifact, run_bare: Run, tmp_path: Path
) -> None:
    planted = tmp_path / f"waybill-pex-{os.getuid()}"  # where releases up to 0.1.0 looked
    planted.mkdir(mode=0o777)
    done = run_bare(
        ["env", "-u", "PEX_ROOT", artifact("producer.pex"), "--version"],
        HOME=os.devnull,
        TMPDIR=str(tmp_path),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(planted.iterdir()) == []
    planted.rmdir()
    left = tmp_path.glob
    wait_until(lambda: not list(left("waybill-pex-*")), lambda: str(list(left("*"))), seconds=60)


@pytest.mark.parametrize("named", [True, False], ids=["PEX_ROOT", "in the home"])
def test_a_program_is_not_unpacked_where_others_could_change_it(
    named: bool, artifact: Artifact, run_bare: Run, tmp_path: Path
) -> None:
    folder = tmp_path / ".pex"
    folder.mkdir()
    folder.chmod(0o777)
    root = (f"PEX_ROOT={folder}",) if named else ("-u", "PEX_ROOT")
    done = run_bare(["env", *root, artifact("producer.pex"), "--version"], HOME=str(tmp_path))
    assert (done.returncode, done.stdout) == (50, "")
    assert f"Other users can change what lies in {folder}" in done.stderr
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["producer.pex", "waybill.pex"])
def test_an_artifact_carries_every_stream_whole(name: str, artifact: Artifact) -> None:
    wanted = {
        f"waybill_streams/{stream}/{file}"
        for stream in ("names", "orders", "quakes")
        for file in ("stream.toml", "contract.json", "samples/rows.jsonl", "samples/records.jsonl")
    } | {
        f"waybill_streams/orders_avro/{file}"
        for file in ("contract.json", "samples/records.jsonl", "samples/12.avsc")
    }
    with zipfile.ZipFile(artifact(name)) as pex:
        assert wanted <= set(pex.namelist())


def test_streams_are_found_and_tested_in_an_empty_environment(artifact: Artifact, run_bare: Run) -> None:
    listed = run_bare([artifact("waybill.pex"), "stream", "list", "--json"])
    assert listed.returncode == 0, listed.stderr
    for one in json.loads(listed.stdout)["streams"]:
        done = run_bare([artifact("waybill.pex"), "stream", "test", one["stream"]])
        assert done.returncode == 0, done.stderr
    foreign = run_bare([artifact("producer.pex"), "--stream=orders"])
    assert foreign.returncode == 2
    assert "is filled by others" in foreign.stderr
