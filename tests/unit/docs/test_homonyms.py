"""A class, a type and a module of ``src`` have one meaning each: no name is there twice."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).parents[3] / "src"

FILES = {"__init__", "__main__", "cli"}
"""Every package and every program may have its own."""

STREAMS = "waybill_streams"
"""Streams have the same files each: one has the model of its contract in ``contract.py``."""

AUDITORS_OWN = {
    "Manifest": "the auditor reads manifests with code of its own, so that a writer's mistake can't hide itself",
    "Receipt": "the same for receipts",
    "SplitReport": "the same for what a receipt says of a split",
    "Span": "offsets of one partition, as the auditor counts them",
    "Recent": "the same for the records that a receipt names as recent",
}


def types(file: Path) -> Iterator[str]:
    """Classes, and the aliases of types that a module gives a name."""
    tree = ast.parse(file.read_text())
    yield from (node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield from re.findall(r"^[A-Z][A-Za-z]*[a-z][A-Za-z]*$", node.targets[0].id)


def test_a_type_has_its_name_for_itself() -> None:
    found = defaultdict(list)
    for file in sorted(SOURCES.rglob("*.py")):
        for name in types(file):
            found[name].append(file)
    assert found
    twice = {name: files for name, files in found.items() if len(files) > 1}
    assert set(twice) == set(AUDITORS_OWN), twice
    for files in twice.values():
        assert len(files) == 2
        assert sum("waybill_ops/audit" in str(file) for file in files) == 1


def test_a_module_has_its_name_for_itself() -> None:
    """Modules of ``commands`` are named after their commands."""
    found = defaultdict(list)
    for file in SOURCES.rglob("*.py"):
        if file.stem not in FILES and file.parent.name != "commands" and STREAMS not in file.parts:
            found[file.stem].append(file)
    assert found
    assert not {name: files for name, files in found.items() if len(files) > 1}
