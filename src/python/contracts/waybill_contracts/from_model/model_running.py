"""A stream's contract.py, run: the JSON Schema of its model, or a refusal that says what is wrong with the file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from waybill_common.errors import SettingsRefused
from waybill_common.terminal import results_apart
from waybill_contracts.drafting import DraftRefused, schema_tree

NAMED = "MODEL"
"""What a file with several models calls the one that is the contract."""

_MODULE = "waybill_contract_py"
"""Its name while it runs: pydantic looks up the types of a model in the module that it is of."""

_MOST_SAID = 200


def schema_of(source: bytes, file: str) -> Any:
    """``file`` is where ``source`` lies. Raises ``SettingsRefused``, whatever the code does."""
    module = ModuleType(_MODULE)
    module.__file__, module.__package__ = file, ""
    with _refusing(file), _as_a_module(module), results_apart():
        exec(compile(source, file, "exec", dont_inherit=True), module.__dict__)  # noqa: S102  # the stream's own code
        model = _chosen(module, file)
        return schema_tree(model, f"its model {model.__name__}")


@contextmanager
def _as_a_module(module: ModuleType) -> Iterator[None]:
    sys.modules[module.__name__] = module
    try:
        yield
    finally:
        sys.modules.pop(module.__name__, None)


@contextmanager
def _refusing(file: str) -> Iterator[None]:
    try:
        yield
    except (SettingsRefused, KeyboardInterrupt):
        raise
    except DraftRefused as refused:
        raise SettingsRefused(
            f"No contract can be made of {file}: {refused}.",
            allowed=f"{refused.allowed}.",
            remedy=f"{refused.remedy}. Nothing was written.",
        ) from refused
    except BaseException as error:  # a file may raise anything, and may end the program
        raise _failed(file, error) from error


def _failed(file: str, error: BaseException) -> SettingsRefused:
    line = _line(file, error)
    said = " ".join(str(error).split())
    said = said if len(said) <= _MOST_SAID else f"{said[:_MOST_SAID]}…"
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    if isinstance(error, SystemExit):
        what = "it ends the program (sys.exit)"
    remedy = "correct the file"
    if isinstance(error, ImportError):
        remedy = (
            "put the model whole into this file, or run Waybill's wheels with what it imports installed beside them: "
            "waybill.pex has its own modules alone, and files beside contract.py are not found"
        )
    return SettingsRefused(
        f"{file} can't be run{f', line {line}' if line else ''}: {what}.",
        allowed="a Python file that defines a model of pydantic, and does nothing else.",
        remedy=f"{remedy}. Nothing was written.",
    )


def _line(file: str, error: BaseException) -> int | None:
    """The last one in the file on the way to the error."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno
    found, at = None, error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == file:
            found = at.tb_lineno
        at = at.tb_next
    return found


def _chosen(module: ModuleType, file: str) -> type[BaseModel]:
    """What it calls ``MODEL``; else the only model that it defines, those aside whose names begin with ``_``."""
    if NAMED in vars(module):
        return _named(vars(module)[NAMED], file)
    models: dict[str, type[BaseModel]] = {
        one.__name__: one for one in vars(module).values() if _is_model(one)
    }
    own = [
        name for name, one in models.items() if one.__module__ == module.__name__ and not name.startswith("_")
    ]
    if len(own) == 1:
        return models[own[0]]
    others = [name for name in models if name not in own]
    imported = f"; it has {_listed(others)} besides" if others else ""
    named = f"say which one it is in its last line: {NAMED} = {[*own, *others, 'Order'][0]}"
    raise SettingsRefused(
        f"{file} defines {len(own)} models, {_listed(own)}, and names none as the contract's."
        if own
        else f"{file} defines no model of pydantic{imported}.",
        allowed=f"one class made from pydantic.BaseModel, those aside whose names begin with _, or one that {NAMED} "
        "names.",
        remedy=f"{named if own or others else 'define the model of a record there'}. Nothing was written.",
    )


def _named(model: Any, file: str) -> type[BaseModel]:
    if not _is_model(model):
        raise SettingsRefused(
            f"{file} says {NAMED} = {str(model)[:80]}, which is no model of pydantic.",
            allowed="a class made from pydantic.BaseModel (2 or later).",
            remedy="name the model's class. Nothing was written.",
        )
    found: type[BaseModel] = model
    return found


def _is_model(one: Any) -> bool:
    is_model = isinstance(one, type) and issubclass(one, BaseModel)
    return is_model and one.__module__.partition(".")[0] != "pydantic"


def _listed(names: list[str]) -> str:
    return ", ".join(names)
