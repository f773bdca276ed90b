"""One Spark for all tests, of .tools/spark: it brings its jars, this Python what toArrow needs."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

# Read here, before the tests' own environment is cleaned of it.
HOME = os.environ.get("WAYBILL_TEST_SPARK_HOME", "")

CONF = {
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@cache
def session() -> Any:
    """``local[1]``, in UTC; it ends with this process."""
    home = Path(HOME)
    os.environ["SPARK_HOME"] = str(home)
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    # Behind everything else: the packages of this Python come first.
    sys.path.append(str(home.parent))
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").appName("readers")
    for name, value in CONF.items():
        builder = builder.config(name, value)
    found = builder.getOrCreate()
    found.sparkContext.setLogLevel("ERROR")
    return found
