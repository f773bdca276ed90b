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
