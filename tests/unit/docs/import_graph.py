"""Which module imports which, from the sources: in functions too, and by a name that is looked up when it is needed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

COMPONENTS = Path(__file__).parents[3] / "src" / "python"


def read_modules() -> dict[str, ast.Module]:
    """All of ours, by their dotted names."""
    found = {}
    for file in sorted(COMPONENTS.glob("*/**/*.py")):
        parts = file.relative_to(COMPONENTS).with_suffix("").parts[1:]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = ast.parse(file.read_text())
    return found


def imports_of(tree: ast.Module, modules: Iterable[str]) -> set[str]:
    """Those of ``modules`` that it names; with a module come the packages that it lies in."""
    known = set(modules)
    named = {one for name in _names(tree) if (one := _longest(name, known))}
    return {one for name in named for one in _with_parents(name) if one in known}


def way_between(
    modules: Mapping[str, ast.Module], begin: tuple[str, ...], end: tuple[str, ...]
) -> list[str] | None:
    """A chain of imports from a module of the packages ``begin`` to one of ``end``, if there is any."""
    ways = {name: [name] for name in modules if _is_in(name, begin)}
    todo = [*ways]
    for name in todo:
        if _is_in(name, end):
            return ways[name]
        for imported in sorted(imports_of(modules[name], modules)):
            if imported not in ways:
                ways[imported] = [*ways[name], imported]
                todo.append(imported)
    return None


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (one.name for one in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield module
                yield from (f"{module}.{one.name}" for one in names)
            case ast.ImportFrom():
                raise ValueError("a relative import, which ruff's rules forbid here")
            case ast.Constant(value=str(text)):
                yield text


def _longest(name: str, known: set[str]) -> str | None:
    """The module itself, or that of which it is an attribute."""
    return next((one for one in reversed([*_with_parents(name)]) if one in known), None)


def _with_parents(name: str) -> Iterator[str]:
    words = name.split(".")
    return (".".join(words[:length]) for length in range(1, len(words) + 1))


def _is_in(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in packages)
