"""What ``spark_app.pex`` is to Spark: a Python, which runs ``launcher.py`` or ``-m pyspark.daemon``.

Spark tells its Python by PYTHONPATH where pyspark and py4j are, and hands on in it what the user's PYTHONPATH has.
The PEX puts that aside before anything is imported. Of its entries those that hold pyspark or py4j come after all
modules of the PEX; the others, and the current folder, don't come at all: nothing there takes the place of a module.
"""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder

from waybill_common.terminal import complain

_PUT_ASIDE = "PYTHONPATH_OF_SPARK_APP"
_OF_SPARK = ("pyspark", "py4j")
_USAGE = "usage: spark_app.pex FILE or -m MODULE, as the Python of Spark's driver and workers"


def main() -> int:
    """Run the file or module that the arguments name as ``__main__``."""
    sys.path += spark_entries(os.environ.get(_PUT_ASIDE, ""))
    match sys.argv[1:]:
        case ["-m", module, *arguments]:
            sys.argv = [module, *arguments]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case [file, *arguments] if not file.startswith("-"):
            sys.argv = [file, *arguments]
            runpy.run_path(file, run_name="__main__")
        case _:
            complain(_USAGE)
            return 2
    return 0


def spark_entries(search_path: str) -> Iterator[str]:
    """The folders and zips of a PYTHONPATH that pyspark or py4j are in, in its order."""
    for entry in search_path.split(os.pathsep):
        if entry and any(_holds(entry, package) for package in _OF_SPARK):
            yield entry


def _holds(entry: str, package: str) -> bool:
    """Nothing is imported for that. A mere folder of that name is no package."""
    found = PathFinder.find_spec(package, [entry])
    return found is not None and found.origin is not None
