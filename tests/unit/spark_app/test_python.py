"""What of a PYTHONPATH the application's Python takes."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from waybill_spark.python import PysparkIn, spark_entries, unzipped


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


def test_pyspark_is_read_from_the_folder_of_its_spark_which_keeps_bytecode(tmp_path: Path) -> None:
    distribution, pips, bare = tmp_path / "spark", tmp_path / "site-packages/pyspark", tmp_path / "bare"
    for folder in (distribution / "python/pyspark", pips, pips / "python/pyspark", bare):
        folder.mkdir(parents=True)
    (distribution / "python/pyspark/__init__.py").touch()
    (pips / "__init__.py").touch()
    zips = [home / "python/lib/pyspark.zip" for home in (distribution, pips, bare)]
    assert [unzipped(one) for one in zips] == [distribution / "python/pyspark", pips, None]
    assert unzipped(tmp_path / "pyspark.zip") is None


def test_what_lies_beside_that_folder_is_not_found_there(tmp_path: Path) -> None:
    for package in ("pyspark", "pandas"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    finder = PysparkIn(tmp_path / "pyspark")
    found = finder.find_spec("pyspark")
    assert found is not None
    assert found.submodule_search_locations == [str(tmp_path / "pyspark")]
    assert finder.find_spec("pandas") is None
    assert finder.find_spec("pyspark.sql", [str(tmp_path / "pyspark")]) is None
