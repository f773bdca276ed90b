"""The wheels: each its own package and nothing else, and together they install and run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from email.parser import Parser
from pathlib import Path

import pytest

from waybill_common.version import VERSION

Artifact = Callable[[str], Path]
Run = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[2]
SIBLINGS = {
    "airflow": [],
    "common": [],
    "console": ["airflow", "common", "contracts", "ops", "streams"],
    "contracts": ["common", "streams"],
    "delivery": ["common", "contracts", "streams"],
    "local": ["common", "contracts", "delivery", "status", "streams"],
    "ops": ["airflow", "common", "contracts", "streams"],
    "producer": ["common", "status", "streams"],
    "sandbox": ["common"],
    "spark": ["common", "contracts", "delivery", "streams"],
    "status": ["common"],
    "streams": ["common"],
}
SCRIPTS = ("waybill", "waybill-producer", "waybill-sandbox", "waybill-spark")
INSTALL_SECONDS = 600


def wheel_name(component: str) -> str:
    return f"waybill_{component}-{VERSION}-py3-none-any.whl"


@pytest.mark.parametrize("component", SIBLINGS)
def test_a_wheel_carries_only_its_own_package(component: str, artifact: Artifact) -> None:
    with zipfile.ZipFile(artifact(wheel_name(component))) as wheel:
        tops = {name.split("/", 1)[0] for name in wheel.namelist()}
        typed = f"waybill_{component}/py.typed" in wheel.namelist()
    assert tops == {f"waybill_{component}", f"waybill_{component}-{VERSION}.dist-info"}
    assert typed


@pytest.mark.parametrize("component", SIBLINGS)
def test_a_wheel_requires_its_siblings_at_its_own_version(component: str, artifact: Artifact) -> None:
    with zipfile.ZipFile(artifact(wheel_name(component))) as wheel:
        text = wheel.read(f"waybill_{component}-{VERSION}.dist-info/METADATA").decode()
    metadata = Parser().parsestr(text)
    siblings = [line for line in metadata.get_all("Requires-Dist", []) if line.startswith("waybill-")]
    assert metadata["Version"] == VERSION
    assert sorted(siblings) == [f"waybill-{sibling}=={VERSION}" for sibling in SIBLINGS[component]]


def test_the_bundles_wheel_leaves_airflow_to_its_environment(artifact: Artifact) -> None:
    with zipfile.ZipFile(artifact(wheel_name("airflow"))) as wheel:
        text = wheel.read(f"waybill_airflow-{VERSION}.dist-info/METADATA").decode()
        modules = {name.split("/")[1] for name in wheel.namelist() if name.endswith(".py")}
    required = [
        re.split(r"[^a-z-]", line)[0] for line in Parser().parsestr(text).get_all("Requires-Dist", [])
    ]
    assert required == ["obstore"]
    assert {"bundle.py", "layout.py", "versions.py"} <= modules


def test_the_wheels_install_into_an_empty_environment_and_run(
    artifact: Artifact, run_bare: Run, tmp_path: Path
) -> None:
    pins = re.findall(r"^(\S+==\S+)", (ROOT / "3rdparty/python/spark.lock").read_text(), re.MULTILINE)
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("\n".join(re.sub(r"\[.*?\]", "", pin) for pin in pins))
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True, timeout=INSTALL_SECONDS)
    wheels = [str(artifact(wheel_name(component))) for component in SIBLINGS]
    # pip gets this process's environment: that is where a machine says how packages are reached.
    install = [str(venv / "bin" / "pip"), "install", "--quiet", "--no-compile", "--disable-pip-version-check"]
    subprocess.run(
        [*install, "--constraint", str(constraints), *wheels],
        check=True,
        timeout=INSTALL_SECONDS,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    answers = {script: run_bare([venv / "bin" / script, "--help"]) for script in SCRIPTS}
    assert {script: answer.returncode for script, answer in answers.items()} == dict.fromkeys(SCRIPTS, 0)
    assert all(answer.stdout.startswith("usage:") for answer in answers.values())
