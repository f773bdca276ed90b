"""Words that have one meaning: a record is *beyond* the frontier, and only lag makes delivery be *behind*."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]

OF_LAG = {
    "src/python/ops/waybill_ops/lag/": "how far delivery is behind",
    "src/python/ops/waybill_ops/commands/lag.py": "its command",
    "src/python/ops/waybill_ops/later.py": "what `waybill --help` says of it",
    "src/python/dags/waybill_dags/lag_dag.py": "its parameter `max_behind`",
    "docs/airflow.md": "the key of `waybill lag --json`",
}
BOUND = re.compile(r"--max-behind|found delivery further behind")


def lines() -> Iterator[tuple[str, int, str]]:
    files = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    files += [*(ROOT / "docs").rglob("*.json"), *(ROOT / "src").rglob("*.py")]
    for file in files:
        for number, line in enumerate(file.read_text().splitlines(), 1):
            yield str(file.relative_to(ROOT)), number, line


def test_only_lag_is_behind() -> None:
    found = [
        f"{file}:{number}"
        for file, number, line in lines()
        if re.search(r"\bbehind\b", BOUND.sub("", line), re.IGNORECASE)
        if not file.startswith(tuple(OF_LAG))
    ]
    assert not found
