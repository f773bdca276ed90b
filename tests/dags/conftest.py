"""Airflow reads its home and settings when it is imported, so they are set before: a new folder, no examples."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="waybill-airflow-")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__CORE__UNIT_TEST_MODE"] = "True"

DAGS = Path(__file__).parents[2] / "src" / "python" / "dags"


@pytest.fixture
def dags() -> Path:
    """The folder of the DAG files, which is the bundle's root."""
    return DAGS


class Programs:
    """A folder of stand-ins for the artifacts: shell scripts under their names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, body: str) -> Path:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return path


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(tmp_path)
