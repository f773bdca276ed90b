"""What ``spark_app.pex`` is to Spark: a Python, which runs ``launcher.py`` or ``-m pyspark.daemon``.

Spark tells its Python by PYTHONPATH where pyspark and py4j are, and hands on in it what the user's PYTHONPATH has.
The PEX puts that aside before anything is imported. Of its entries those that hold pyspark or py4j come after all
modules of the PEX; the others, and the current folder, don't come at all: nothing there takes the place of a module.

Spark names pyspark as a zip, of which Python keeps no bytecode: to compile it took half a second of CPU in the driver
and again in its workers. So it is read from the folder of the same Spark where there is one.
"""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

from waybill_common.terminal import complain

_PUT_ASIDE = "PYTHONPATH_OF_SPARK_APP"
_OF_SPARK = ("pyspark", "py4j")
_USAGE = "usage: spark_app.pex FILE or -m MODULE, as the Python of Spark's driver and workers"


def main() -> int:
    """Run the file or module that the arguments name as ``__main__``."""
    for entry in spark_entries(os.environ.get(_PUT_ASIDE, "")):
        folder = unzipped(Path(entry))
        if folder is None:
            sys.path.append(entry)
        else:
            sys.meta_path.append(PysparkIn(folder))
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


def unzipped(entry: Path) -> Path | None:
    """The folder that has pyspark's modules in a Spark whose ``python/lib/pyspark.zip`` is ``entry``, if there is one.

    A distribution has it beside the zip; pip's pyspark is it.
    """
    if entry.parts[-3:] != ("python", "lib", "pyspark.zip"):
        return None
    home = entry.parents[2]
    folders = [folder for folder in (home / "python" / "pyspark", home) if (folder / "__init__.py").is_file()]
    return folders[0] if folders and folders[0].name == "pyspark" else None


class PysparkIn(MetaPathFinder):
    """Finds pyspark in ``folder``, and nothing else that lies beside it: other packages do, in an environment."""

    def __init__(self, folder: Path) -> None:
        self._place = str(folder.parent)

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return PathFinder.find_spec(name, [self._place]) if name == "pyspark" else None


def _holds(entry: str, package: str) -> bool:
    """Nothing is imported for that. A mere folder of that name is no package."""
    found = PathFinder.find_spec(package, [entry])
    return found is not None and found.origin is not None
