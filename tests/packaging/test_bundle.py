"""spark_app.zip: three files, reproducible, and without a Spark of its own."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

from waybill_common.version import VERSION
from waybill_supply.contents import LICENCES

Artifact = Callable[[str], Path]
Run = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[2]


def wheels(artifact: Artifact) -> set[str]:
    """The names of the wheels in the bundle's PEX."""
    with zipfile.ZipFile(artifact("spark_app.zip")) as bundle:
        pex = zipfile.ZipFile(io.BytesIO(bundle.read("spark_app.pex")))
    return {name.split("/")[1] for name in pex.namelist() if name.startswith(".deps/")}


def test_the_bundle_holds_exactly_its_three_files(artifact: Artifact) -> None:
    """And, after `make package`, the licences of what lies in them."""
    with zipfile.ZipFile(artifact("spark_app.zip")) as bundle:
        names = [name for name in bundle.namelist() if name != LICENCES]
    assert names == ["jars.json", "launcher.py", "spark_app.pex"]


def test_the_bundles_manifest_is_the_repositorys(artifact: Artifact) -> None:
    with zipfile.ZipFile(artifact("spark_app.zip")) as bundle:
        assert bundle.read("jars.json") == (ROOT / "3rdparty/jvm/spark_kafka.json").read_bytes()


def test_no_clock_gets_into_the_bundle(artifact: Artifact) -> None:
    with zipfile.ZipFile(artifact("spark_app.zip")) as bundle:
        assert {member.date_time for member in bundle.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_bundle_leaves_spark_to_the_cluster(artifact: Artifact) -> None:
    assert not [name for name in wheels(artifact) if "pyspark" in name]


def test_the_bundle_brings_neither_pandas_nor_duckdb(artifact: Artifact) -> None:
    found = wheels(artifact)
    assert [name for name in found if name.startswith("pyarrow-")]
    assert not [name for name in found if name.startswith(("pandas-", "duckdb-"))]


def test_the_bundle_brings_nothing_of_the_status_pages(artifact: Artifact) -> None:
    assert not [name for name in wheels(artifact) if name.startswith("prometheus")]


def test_the_launcher_runs_on_the_pex(
    artifact: Artifact, run_bare: Run, spark_site: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(artifact("spark_app.zip")) as bundle:
        bundle.extractall(tmp_path)
    pex = tmp_path / "spark_app.pex"
    pex.chmod(0o755)
    done = run_bare([pex, tmp_path / "launcher.py", "--version"], PYTHONPATH=str(spark_site))
    assert (done.returncode, done.stdout.strip()) == (0, VERSION), done.stderr
