"""The built artifacts, and a way to run them that lends them nothing of this checkout.

All are fixtures: a module of this folder could not be imported, its name is that of a library.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN_SECONDS = 300
HOSTILE = (
    "sitecustomize",
    "usercustomize",
    "structlog",
    "pydantic",
    "waybill_common",
    "waybill_spark",
    "setproctitle",
)


@pytest.fixture(scope="session")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A copy of an artifact in a folder of its own; from beside the tests where Pants runs them, else from dist/."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def copy_of(name: str) -> Path:
        copy = elsewhere / name
        if not copy.exists():
            found = [folder / name for folder in (ROOT, ROOT / "dist") if (folder / name).is_file()]
            if not found:
                pytest.fail(f"{name} is neither in {ROOT} nor in its dist/: run `make package`.")
            shutil.copy2(found[0], copy)
        return copy

    return copy_of


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of modules that take the place of ours and of Python's own, and betray it on stderr."""
    folder = tmp_path_factory.mktemp("hostile")
    for name in HOSTILE:
        (folder / f"{name}.py").write_text("import sys; sys.stderr.write(f'HOSTILE {__name__}\\n')\n")
    return folder


@pytest.fixture(scope="session")
def spark_site() -> Path:
    """The folder that holds a pyspark, as a cluster's Python has it."""
    given = os.environ.get("WAYBILL_TEST_SPARK_HOME")
    if not given:
        pytest.fail(
            "There is no Spark: `make spark` makes one that ./pants finds; or set WAYBILL_TEST_SPARK_HOME."
        )
    return Path(given).parent


@pytest.fixture(scope="session")
def pex_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the artifacts are unpacked."""
    return tmp_path_factory.mktemp("pex_root")


@pytest.fixture
def run_bare(tmp_path: Path, pex_root: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command in an empty folder with a PATH, a PEX_ROOT and nothing else in its environment."""
    empty = tmp_path / "empty"
    empty.mkdir()

    def run(
        command: Sequence[str | Path], cwd: Path = empty, **more: str
    ) -> subprocess.CompletedProcess[str]:
        search_path = os.pathsep.join([f"{sys.base_prefix}/bin", "/usr/bin", "/bin"])
        env = {"PATH": search_path, "PEX_ROOT": str(pex_root), **more}
        return subprocess.run(
            [str(word) for word in command],
            cwd=cwd,
            env=env,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )

    return run
