"""The matrix notices: with a rule of the protocol broken, cells that rest on it fail. See mutants/README.md."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCES = ROOT / "src" / "python"
BOUND_SECONDS = 300
NOTICED_BY = {
    "fencing-off": ("rival-zombie-receipt",),
    "random-object-name": ("driver-killed-some-objects",),
    "receipt-before-data": ("driver-killed-receipt-unanswered",),
    "cursor-outside-transaction": ("producer-killed-commit-unanswered",),
    "ahead-forgotten": ("ahead-among-markers-local",),
    "document-after-its-manifest": ("driver-killed-before-document",),
}
"""By each mutant the cells, one of which at least has to fail."""

NOTICED_BY_TESTS = {
    "topic-id-before-only": "integration/delivery/test_topic_changes.py",
    "old-manifests-judged-anew": "integration/delivery/test_old_lakes.py",
    "reader-skips-a-record": "integration/delivery/test_verify.py",
    "document-after-its-manifest": "unit/ledger/test_contract_rule.py",
    "ahead-of-another-topic": "unit/local_engine/test_read_ahead.py",
    "contract-of-the-run": "unit/delivery/test_documents_delivered.py",
    "window-forgotten": "unit/delivery/test_documents_delivered.py",
    "window-moves-back": "unit/delivery/test_documents_delivered.py",
    "acceptance-forgotten": "unit/delivery/test_dead_share.py",
    "idle-runs-not-judged": "unit/delivery/test_dead_share.py",
    "origin-forgotten": "unit/delivery/test_origin.py",
    "schemas-object-forgotten": "unit/delivery/test_schema_binding.py",
    "schemas-asked-though-bound": "unit/delivery/test_schema_binding.py",
    "neither-is-asked-again": "unit/delivery/test_schema_binding.py",
}
"""By each mutant the file of tests of which one has to fail: no cell makes what it takes."""

QUICK = "random-object-name"


def mutated(name: str, folder: Path) -> list[Path]:
    """The import roots of a copy of the sources with the patch applied."""
    shutil.copytree(SOURCES, folder / "src" / "python")
    patch = HERE / "mutants" / f"{name}.patch"
    subprocess.run(["git", "apply", patch], cwd=folder, check=True, timeout=60)
    return sorted(path for path in (folder / "src" / "python").iterdir() if path.is_dir())


def failed_cells(
    roots: list[Path], cells: tuple[str, ...], folder: Path, settings: dict[str, str]
) -> dict[str, str]:
    """The cells that fail with these sources, and why; an error that is no failure of a cell is one of this test."""
    report = folder / "report.xml"
    files = ("local",) if all(cell.endswith("-local") for cell in cells) else ("driver", "producer")
    tests = [str(HERE / f"test_{file}.py") for file in files]
    choice = ["--faults=all", "-k", " or ".join(cells)]
    said = run_tests(roots, [*choice, *tests], report, settings)
    cases = [*ElementTree.parse(report).getroot().iter("testcase")] if report.exists() else []  # noqa: S314  # ours
    names = {str(case.get("name")).removeprefix("test_cell[").removesuffix("]"): case for case in cases}
    assert set(names) == set(cells), said
    assert [name for name, case in names.items() if case.find("error") is not None] == [], said
    return reasons(names)


def reasons(cases: dict[str, ElementTree.Element]) -> dict[str, str]:
    """Why each of the cases failed that did."""
    why = {name: case.find("failure") for name, case in cases.items()}
    return {name: str(one.get("message")).split("\n")[0] for name, one in why.items() if one is not None}


def run_tests(roots: list[Path], words: list[str], report: Path, settings: dict[str, str]) -> str:
    """Run pytest on these sources; returns the end of what it said."""
    path = os.pathsep.join([*map(str, roots), *sys.path])
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            f"--junit-xml={report}",
            f"--rootdir={ROOT}",
            "-o",
            "pythonpath=",
            "-p",
            "no:cacheprovider",
            *words,
        ],
        env={**os.environ, **settings, "PYTHONPATH": path},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=BOUND_SECONDS,
        check=False,
    )
    return ended.stdout[-3000:] + ended.stderr[-3000:]


@pytest.fixture(scope="session")
def settings() -> dict[str, str]:
    """Before a test's own environment is cleaned of them."""
    return {name: value for name, value in os.environ.items() if name.startswith("WAYBILL_TEST_")}


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=() if one == QUICK else pytest.mark.not_quick) for one in NOTICED_BY]
)
def test_a_cell_fails_with(name: str, tmp_path: Path, settings: dict[str, str]) -> None:
    cells = NOTICED_BY[name]
    failed = failed_cells(mutated(name, tmp_path), cells, tmp_path, settings)
    print(f"{name}: {failed}")
    assert failed


@pytest.mark.not_quick
@pytest.mark.parametrize("name", NOTICED_BY_TESTS)
def test_a_test_fails_with(name: str, tmp_path: Path, settings: dict[str, str]) -> None:
    file = HERE.parent / NOTICED_BY_TESTS[name]
    report = tmp_path / "report.xml"
    said = run_tests(mutated(name, tmp_path), [str(file)], report, settings)
    assert report.exists(), said
    cases = {str(one.get("name")): one for one in ElementTree.parse(report).getroot().iter("testcase")}  # noqa: S314  # ours
    assert cases, said
    assert not [one for one in cases.values() if one.find("error") is not None], said
    failed = reasons(cases)
    print(f"{name}: {failed}")
    assert failed


def test_every_patch_has_its_cells_or_tests() -> None:
    assert {path.stem for path in (HERE / "mutants").glob("*.patch")} == {*NOTICED_BY, *NOTICED_BY_TESTS}


def test_every_file_of_tests_is_there() -> None:
    """Where a build copies only what it is told of, a mutant would have nothing to fail."""
    assert [name for name in NOTICED_BY_TESTS.values() if not (HERE.parent / name).is_file()] == []


@pytest.mark.parametrize("patch", sorted((HERE / "mutants").glob("*.patch")), ids=lambda patch: patch.stem)
def test_a_patch_leaves_what_python_takes(patch: Path, tmp_path: Path) -> None:
    """Else tests would fail of another cause than the broken rule."""
    names = re.findall(r"^\+\+\+ b/(.+)$", patch.read_text(), re.MULTILINE)
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    subprocess.run(["git", "apply", patch], cwd=tmp_path, check=True, timeout=60)
    for name in names:
        compile((tmp_path / name).read_text(), name, "exec")
