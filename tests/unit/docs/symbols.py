"""Whether a dotted name is that of something in the sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

SOURCES = Path(__file__).parents[3] / "src" / "python"
WITH_AIRFLOW = {"waybill_dags": "dags", "waybill_airflow": "airflow_bundle"}
"""Packages that need Airflow, which is not among these tests' requirements: they are read, not imported."""


def is_importable(name: str) -> bool:
    """A module, or an attribute of one, or one of a class in it."""
    words = name.split(".")
    for length in range(len(words), 0, -1):
        module, rest = ".".join(words[:length]), words[length:]
        try:
            found: object = import_module(module)
        except ModuleNotFoundError as error:
            if error.name is None or not module.startswith(error.name):
                raise
            continue
        for word in rest:
            found = getattr(found, word, None)
        return found is not None
    return False


def is_written(name: str, sources: Path) -> bool:
    """The same, from the source alone."""
    words = name.split(".")
    for length in range(len(words), 0, -1):
        base = sources.joinpath(*words[:length])
        for file in (base.with_suffix(".py"), base / "__init__.py"):
            if file.is_file():
                return defines(ast.parse(file.read_text()), words[length:])
    return False


def defines(node: ast.AST, words: list[str]) -> bool:
    if not words:
        return True
    return any(name == words[0] and defines(inner, words[1:]) for name, inner in definitions(node))


def definitions(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.FunctionDef | ast.ClassDef):
            yield inner.name, inner
        elif isinstance(inner, ast.Assign):
            yield from ((one.id, inner) for one in inner.targets if isinstance(one, ast.Name))
        elif isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
            yield inner.target.id, inner


def is_there(name: str) -> bool:
    folder = WITH_AIRFLOW.get(name.split(".")[0])
    return is_importable(name) if folder is None else is_written(name, SOURCES / folder)
