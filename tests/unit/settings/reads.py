"""Which settings a function may read, itself or through whatever it names, found in the source.

It begins at functions and goes on to every function and class of ours that their bodies name; of a class all methods
count. A setting is read where an attribute is taken of something whose type is a section: types come from annotations,
and from what is assigned to names and to ``self``. Calls of an object's methods need no names: its class has been named
where it was made. What this misses the desk of tests/integration/letters sees, which notes what is read.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from typing import Any

from waybill_common.exposure import warn_of_exposure
from waybill_common.settings import Settings

SECTIONS = {info.annotation: name for name, info in Settings.model_fields.items()}


def settings_read(
    *begin: Callable[..., object], without: Iterable[Callable[..., object]] = ()
) -> frozenset[str]:
    """Dotted names. The functions ``without`` are not entered, nor the one that looks at what a verb has flags for."""
    found: set[str] = set()
    seen: set[Any] = {warn_of_exposure, *without}
    queue: list[tuple[Any, type | None]] = [(inspect.unwrap(one), None) for one in begin]
    while queue:
        function, owner = queue.pop()
        if function not in seen:
            seen.add(function)
            body = _body(function, owner)
            found |= body.read
            queue += [each for one in body.named for each in _functions(one)]
    return frozenset(found)


@cache
def _body(function: Callable[..., object], owner: type | None) -> _Body:
    body = _Body(function, owner)
    body.visit_all()
    return body


def _functions(thing: Any) -> Iterator[tuple[Any, type | None]]:
    """Of ours: a function, a class's methods, and what is in a table of such."""
    if isinstance(thing, dict | tuple | list):
        for one in thing.values() if isinstance(thing, dict) else thing:
            yield from _functions(one)
        return
    thing = inspect.unwrap(thing) if callable(thing) else thing
    if _is_ours(thing):
        yield from ((one, thing) for one in _methods(thing)) if inspect.isclass(thing) else [(thing, None)]


def _parsed(source: str) -> list[ast.stmt]:
    """A lambda in a table is given with its line, which is no statement by itself."""
    try:
        return ast.parse(source).body
    except SyntaxError:
        return ast.parse(f"{{{source}}}").body


class _Body(ast.NodeVisitor):
    """One function's: the settings ``read`` and the things ``named`` in it."""

    def __init__(self, function: Callable[..., object], owner: type | None) -> None:
        self.read: set[str] = set()
        self.named: list[Any] = []
        self._globals: dict[str, Any] = dict(function.__globals__)
        self._types: dict[str, Any] = _hints(function)
        [self._tree] = _parsed(textwrap.dedent(inspect.getsource(function)))
        arguments = getattr(self._tree, "args", None)
        if owner is not None and arguments is not None and arguments.args:
            self._types[arguments.args[0].arg] = owner

    def visit_all(self) -> None:
        body = getattr(self._tree, "body", [])
        for _ in range(2):  # a name may be used above its assignment, in a loop
            for statement in body if isinstance(body, list) else [body]:
                self.visit(statement)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if not (node.module or "").startswith("waybill_"):
            return  # it names nothing of ours
        module = importlib.import_module(node.module or "")
        for one in node.names:
            if not hasattr(module, one.name):
                importlib.import_module(f"{node.module}.{one.name}")
            self._globals[one.asname or one.name] = getattr(module, one.name)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._assign(target, node.value)

    def visit_withitem(self, node: ast.withitem) -> None:
        self.visit(node.context_expr)
        if isinstance(node.optional_vars, ast.Name):
            found = self.type_of(node.context_expr)
            inner = typing.get_args(found)
            self._types[node.optional_vars.id] = inner[0] if inner else found

    def visit_arg(self, node: ast.arg) -> None:
        if isinstance(node.annotation, ast.Constant | ast.Name | ast.Attribute):
            self._types[node.arg] = self._resolved(node.annotation)

    def visit_Name(self, node: ast.Name) -> None:
        self.named.append(self._globals.get(node.id))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(named := self._resolved(node), types.FunctionType | type):
            self.named.append(named)
        self.visit(node.value)
        if (holder := self.type_of(node.value)) in SECTIONS:
            self._take(holder, node.attr)

    def _take(self, section: Any, attribute: str) -> None:
        """A field, or a property, which reads some."""
        if attribute in section.model_fields and not section.model_fields[attribute].exclude:
            self.read.add(f"{SECTIONS[section]}.{attribute}")
        elif isinstance(made := getattr(section, attribute, None), property):
            self.read |= _body(made.fget, section).read

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, other in zip(target.elts, value.elts, strict=True):
                self._assign(one, other)
        elif isinstance(target, ast.Name) and (found := self.type_of(value)) is not None:
            self._types[target.id] = found

    def type_of(self, node: ast.expr) -> Any:
        match node:
            case ast.Name():
                return self._types.get(node.id)
            case ast.IfExp():
                return self.type_of(node.body) or self.type_of(node.orelse)
            case ast.Attribute():
                return _attribute(self.type_of(node.value), node.attr)
            case ast.Call(func=ast.Attribute(value=value, attr="model_copy")):
                return self.type_of(value)
            case ast.Call():
                return self._returned(node.func)
        return None

    def _returned(self, called: ast.expr) -> Any:
        if isinstance(named := self._resolved(called), type):
            return named
        if named is None and isinstance(called, ast.Attribute):
            named = getattr(self.type_of(called.value), called.attr, None)
        return _hints(inspect.unwrap(named)).get("return") if callable(named) else None

    def _resolved(self, node: ast.expr) -> Any:
        """What a name, or a name in a module, stands for."""
        match node:
            case ast.Name():
                return self._globals.get(node.id)
            case ast.Attribute(value=ast.Name(id=name)) if isinstance(
                self._globals.get(name), types.ModuleType
            ):
                return getattr(self._globals[name], node.attr, None)
        return None


def _attribute(holder: Any, name: str) -> Any:
    if not isinstance(holder, type):
        return None
    made = getattr(holder, name, None)
    if isinstance(made, cached_property):
        return _hints(made.func).get("return")
    if isinstance(made, property):
        return _hints(made.fget).get("return")
    return _hints(holder).get(name) or _own(holder).get(name)


_KNOWN: dict[type, dict[str, Any]] = {}


def _own(holder: type) -> dict[str, Any]:
    """``self.name = …`` of its ``__init__``, which may name some of them itself."""
    if holder not in _KNOWN:
        _KNOWN[holder] = {}
        _KNOWN[holder] = _assigned(holder)
    return _KNOWN[holder]


def _assigned(holder: type) -> dict[str, Any]:
    made = holder.__dict__.get("__init__")
    if not inspect.isfunction(made) or not _is_ours(made):
        return {}
    body, found = _Body(made, holder), {}
    for node in ast.walk(body._tree):
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign)
            else []
        )
        for target in targets:
            if isinstance(target, ast.Attribute) and isinstance(node.value, ast.expr):  # type: ignore[attr-defined]
                found[target.attr] = body.type_of(node.value)  # type: ignore[attr-defined]
    return found


@cache
def _hints(thing: Any) -> dict[str, Any]:
    try:
        found = typing.get_type_hints(thing)
    except (NameError, TypeError, AttributeError):  # names that are there for mypy only
        found = {}
    return {name: _bare(hint) for name, hint in found.items()}


def _bare(hint: Any) -> Any:
    """Without ``| None``."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(one for one in typing.get_args(hint) if one is not type(None))
    return hint


def _methods(holder: type) -> Iterator[Any]:
    for one in vars(holder).values():
        inner = one.fget if isinstance(one, property) else getattr(one, "__func__", getattr(one, "func", one))
        inner = inspect.unwrap(inner) if callable(inner) else inner
        if inspect.isfunction(inner) and _is_ours(inner):
            yield inner
    for base in holder.__bases__:
        if _is_ours(base):
            yield from _methods(base)


def _is_ours(thing: Any) -> bool:
    """Written by us: not what dataclasses make, and not the sections themselves."""
    if not callable(thing) or not (getattr(thing, "__module__", None) or "").startswith("waybill_"):
        return False
    if inspect.isfunction(thing):
        return not thing.__code__.co_filename.startswith("<")
    return inspect.isclass(thing) and thing is not Settings and thing not in SECTIONS
