"""A package's ``__init__.py`` is its face: other packages import from there alone, and it offers what they do import.

A component's modules at its root belong to no package of it, and are imported directly. Tests may reach inside.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

COMPONENTS = Path(__file__).parents[3] / "src" / "python"

WITHOUT_A_FACE = {
    "waybill_ops.commands": "each module is the command of its name",
    "waybill_common.contract.arrow": "it needs pyarrow, which the producer does without",
    "waybill_sandbox.api.cli": "a program of its own",
}

LOOKED_UP = {("waybill_streams.names", "CONTRACT")}
"""By their names, so that no module names the stream."""


def modules() -> dict[str, ast.Module]:
    found = {}
    for file in COMPONENTS.glob("*/**/*.py"):
        parts = file.relative_to(COMPONENTS).with_suffix("").parts[1:]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = ast.parse(file.read_text())
    return found


MODULES = modules()
PACKAGES = {name.rpartition(".")[0] for name in MODULES if name.count(".") > 1} - set(WITHOUT_A_FACE)


def package_of(module: str) -> str:
    return module if module in PACKAGES else module.rpartition(".")[0]


def imports_from_outside() -> Iterator[tuple[str, str, str]]:
    """What is imported from another package of ours: by whom, from where, and its name."""
    for module, tree in MODULES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or node.module not in MODULES:
                continue
            if package_of(node.module) in PACKAGES - {package_of(module)}:
                yield from ((module, node.module, one.name) for one in node.names)


def face(package: str) -> set[str]:
    for node in MODULES[package].body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def test_packages_import_from_each_others_faces_only() -> None:
    found = list(imports_from_outside())
    assert found
    for module, target, name in found:
        if not {target, f"{target}.{name}"} & set(WITHOUT_A_FACE):
            assert target in PACKAGES, f"{module} imports {name} from {target}, past its package's face"
            assert name in face(target), f"{module} imports {name}, which is not in __all__ of {target}"


def test_a_face_offers_nothing_that_nobody_imports() -> None:
    used = {(target, name) for _, target, name in imports_from_outside()}
    offered = {(package, name) for package in PACKAGES for name in face(package)}
    assert offered
    assert offered - used == LOOKED_UP
