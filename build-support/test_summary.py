"""Add up pytest's JUnit reports by suite and say which tests ran.

Usage: test_summary.py TESTS_DIR REPORTS_DIR [LEFT_OUT...]

Ends with 1 when a test failed or was skipped, or when a test file has no test in any report: a suite that silently
ran nothing must not pass for one that passed. LEFT_OUT are folders below TESTS_DIR that were not asked to run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True)
class Case:
    """One test as a report has it; ``outcome`` is passed, failed or skipped."""

    suite: str
    module: str
    name: str
    outcome: str
    seconds: float


def read_case(element: ElementTree.Element) -> Case:
    suites = [item.get("value", "") for item in element.iter("property") if item.get("name") == "suite"]
    tags = {child.tag for child in element}
    outcome = "failed" if tags & {"failure", "error"} else "skipped" if "skipped" in tags else "passed"
    # A file that can't be imported is reported as a case without a suite.
    return Case(
        suite=suites[0] if suites else "import",
        module=element.get("classname", "") or element.get("name", ""),
        name=element.get("name", ""),
        outcome=outcome,
        seconds=float(element.get("time", "0")),
    )


def read_cases(reports: Path) -> Iterator[Case]:
    for report in sorted(reports.rglob("*.xml")):
        for element in ElementTree.parse(report).getroot().iter("testcase"):  # noqa: S314, pytest wrote it
            yield read_case(element)


def silent_files(tests: Path, cases: Iterable[Case], left_out: Sequence[Path]) -> list[str]:
    """The test files of which no report has a test, but for those in folders that were left out."""
    ran = [f"{case.module}." for case in cases]
    silent = []
    for file in sorted(tests.rglob("test_*.py")):
        if any(file.is_relative_to(folder) for folder in left_out):
            continue
        module = ".".join(file.relative_to(tests.parent).with_suffix("").parts)
        if not any(name.startswith(f"{module}.") for name in ran):
            silent.append(str(file.relative_to(tests.parent)))
    return silent


def table(cases: Sequence[Case]) -> str:
    lines = [f"{'suite':<14}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}"]
    for suite in sorted({case.suite for case in cases}):
        of_suite = [case for case in cases if case.suite == suite]
        passed, failed, skipped = (count(of_suite, outcome) for outcome in ("passed", "failed", "skipped"))
        seconds = sum(case.seconds for case in of_suite)
        lines.append(f"{suite:<14}{passed:>8}{failed:>8}{skipped:>9}{seconds:>9.1f}")
    return "\n".join(lines)


def count(cases: Iterable[Case], outcome: str) -> int:
    return sum(case.outcome == outcome for case in cases)


def main(argv: Sequence[str] | None = None) -> int:
    tests, reports, *left_out = [Path(argument) for argument in (sys.argv[1:] if argv is None else argv)]
    cases = list(read_cases(reports))
    print(table(cases))
    for case in cases:
        if case.outcome != "passed":
            print(f"{case.outcome}: {case.module}::{case.name}")
    for folder in left_out:
        print(f"left out: {folder}")
    silent = silent_files(tests.resolve(), cases, [tests.resolve() / folder for folder in left_out])
    for file in silent:
        print(f"ran no test: {file}")
    passed, failed, skipped = (count(cases, outcome) for outcome in ("passed", "failed", "skipped"))
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return int(bool(failed or skipped or silent or not cases))


if __name__ == "__main__":
    sys.exit(main())
