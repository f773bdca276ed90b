"""What of a PYTHONPATH the application's Python takes."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from waybill_spark.python import spark_entries


def test_only_what_holds_pyspark_or_py4j_is_taken_in_its_order(tmp_path: Path) -> None:
    for name in ("py4j-src.zip", "pyspark.zip", "other.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(f"{name.partition('.')[0].partition('-')[0]}/__init__.py", "")
    site, users, empty = (tmp_path / name for name in ("site", "users", "empty"))
    for folder in (site / "pyspark", users / "structlog"):
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
    (empty / "pyspark").mkdir(parents=True)
    given = [
        users,
        "",
        tmp_path / "pyspark.zip",
        empty,
        tmp_path / "other.zip",
        site,
        tmp_path / "py4j-src.zip",
    ]
    taken = [tmp_path / "pyspark.zip", site, tmp_path / "py4j-src.zip"]
    search_path = os.pathsep.join(str(entry) for entry in [*given, tmp_path / "absent"])
    assert list(spark_entries(search_path)) == [str(entry) for entry in taken]
