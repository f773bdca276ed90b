"""Airflow reads its home and settings when it is imported, so they are set before: a new folder, no examples.

All helpers are fixtures: each test has a folder of versions and a bundle name of its own.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

HOME = Path(tempfile.mkdtemp(prefix="waybill-airflow-"))
os.environ["AIRFLOW_HOME"] = str(HOME)
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__CORE__UNIT_TEST_MODE"] = "True"
os.environ["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH"] = str(HOME / "bundles")

DAG = """
from airflow.sdk import dag, task
from helpers_of_dag.words import WORD

@dag(dag_id="a_dag", description=WORD, schedule=None)
def a_dag():
    @task
    def say():
        print(WORD)
    say()

a_dag()
"""


@pytest.fixture
def archive() -> Callable[[str], bytes]:
    """A zip of DAGs whose DAG is described by a word that a module below the root holds."""

    def build(word: str) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as content:
            content.writestr(zipfile.ZipInfo("a_dag.py"), DAG)
            content.writestr(zipfile.ZipInfo("helpers_of_dag/__init__.py"), "")
            content.writestr(zipfile.ZipInfo("helpers_of_dag/words.py"), f"# airflow dag\nWORD = {word!r}\n")
            content.writestr(zipfile.ZipInfo("helpers_of_dag/query.sql"), "SELECT 1")
        return buffer.getvalue()

    return build


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """The folder of versions."""
    return tmp_path / "versions"


@pytest.fixture
def upload(versions: Path) -> Callable[[bytes], str]:
    """Stores a zip and deploys nothing. Its version."""
    from waybill_airflow.layout import archive_key, version_of

    def store(body: bytes) -> str:
        version = version_of(body)
        file = versions / archive_key(version)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        return version

    return store


@pytest.fixture
def deploy(versions: Path) -> Callable[[str], None]:
    """Makes a version the current one."""
    from waybill_airflow.layout import Deployment, deployment_key, numbers

    def enter(version: str) -> None:
        (versions / "deployments").mkdir(parents=True, exist_ok=True)
        known = numbers(f"deployments/{file.name}" for file in (versions / "deployments").iterdir())
        number = known[0] + 1 if known else 1
        entry = Deployment(number, version, "2026-11-25T01:00:00+00:00")
        (versions / deployment_key(number)).write_bytes(entry.to_json())

    return enter


@pytest.fixture
def publish(upload: Callable[[bytes], str], deploy: Callable[[str], None]) -> Callable[[bytes], str]:
    def both(body: bytes) -> str:
        version = upload(body)
        deploy(version)
        return version

    return both


@pytest.fixture
def name() -> str:
    return f"waybill-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def config(name: str, versions: Path) -> str:
    """``dag_bundle_config_list`` as one would write it."""
    classpath = "waybill_airflow.bundle.WaybillDagBundle"
    return json.dumps([{"name": name, "classpath": classpath, "kwargs": {"url": str(versions)}}])
