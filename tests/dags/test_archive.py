"""``airflow_dags.zip``, loaded the way Airflow loads it, with nothing of this checkout on the path."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAME = "airflow_dags.zip"
DAGS = {
    *("name_stream_dag", "names_consumer_dag", "names_maintenance_dag"),
    *("orders_consumer_dag", "orders_maintenance_dag", "orders_stream_dag"),
}
PACKAGES = {"waybill_common", "waybill_dags", "waybill_streams"}

LOAD = """
import json, sys
sys.path[:] = json.loads(sys.argv[2])
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1], bundle_path=sys.argv[1], bundle_name="waybill")
import waybill_common.errors
print(json.dumps([list(bag.dags), bag.import_errors, bag.captured_warnings, waybill_common.errors.__file__]))
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A copy alone in a folder: beside the tests where Pants runs them, else from dist/."""
    found = [folder / NAME for folder in (ROOT, ROOT / "dist") if (folder / NAME).is_file()]
    if not found:
        pytest.fail(f"{NAME} is neither in {ROOT} nor in its dist/: run `make package`.")
    (tmp_path / "bundle").mkdir()
    return Path(shutil.copy2(found[0], tmp_path / "bundle"))


def load(archive: Path, **variables: str) -> tuple[list[str], dict[str, str], dict[str, list[str]], str]:
    installed = [
        one
        for one in sys.path
        if not any((Path(one) / f"waybill_{part}").exists() for part in ("common", "dags", "streams"))
    ]
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(archive.parent), json.dumps(installed)],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    dags, errors, warned, table = json.loads(done.stdout.strip().splitlines()[-1])
    return dags, errors, warned, table


def test_airflow_loads_the_archive_without_an_error_or_a_warning(archive: Path) -> None:
    dags, errors, warned, table = load(archive)
    assert (errors, warned) == ({}, {})
    assert set(dags) >= DAGS
    assert table == f"{archive}/waybill_common/errors.py"


def test_a_broken_folder_beside_the_archive_takes_none_of_its_dags(archive: Path, tmp_path: Path) -> None:
    """In a zip Airflow forgets what the modules before one that fails have registered."""
    (tmp_path / "streams" / "returns").mkdir(parents=True)
    (tmp_path / "streams" / "returns" / "stream.toml").write_text("topic =")
    dags, errors, _, _ = load(archive, WAYBILL_STREAMS_FOLDER=str(tmp_path / "streams"))
    assert set(dags) >= DAGS
    [(file, error)] = errors.items()
    assert file.endswith("/refused_streams_dag.py")
    assert "returns/stream.toml is no TOML" in error


def test_the_archive_holds_the_dags_what_they_import_and_what_streams_are(archive: Path) -> None:
    """No sample, no model, nothing that a folder has besides."""
    with zipfile.ZipFile(archive) as content:
        names = content.namelist()
    # A worker runs every module at the root before it runs a task: a PEX's __main__.py would end it.
    assert sorted(name for name in names if "/" not in name) == [
        "name_stream_dag.py",
        "refused_streams_dag.py",
        "stream_dags.py",
    ]
    assert {name.split("/")[0] for name in names if "/" in name} == PACKAGES
    folders = {name for name in names if name.startswith("waybill_streams/") and name.count("/") > 1}
    assert {name.rpartition("/")[2] for name in folders} == {"contract.json", "stream.toml"}
    assert {"waybill_streams/names/stream.toml", "waybill_streams/orders/contract.json"} <= folders
    assert all(name.endswith(".py") for name in set(names) - folders)
    assert "waybill_common/__init__.py" in names
