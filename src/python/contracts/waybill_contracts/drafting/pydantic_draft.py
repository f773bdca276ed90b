"""From a pydantic model to a first document, by the model's own JSON Schema. Importing it runs the user's code."""

from __future__ import annotations

import importlib
import json
import re
from decimal import Decimal
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from waybill_contracts.drafting.json_schema_draft import draft_from_tree
from waybill_contracts.drafting.wishes import ContractDraft, DraftRefused, DraftWishes

_name = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*):([A-Za-z_][A-Za-z0-9_.]*)").fullmatch


class _WithPlaces(GenerateJsonSchema):
    """How many digits a ``Decimal`` has after its point is in its pattern, whichever pydantic it is."""

    def decimal_schema(self, schema: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().decimal_schema(schema)
        places = schema.get("decimal_places")
        for one in found.get("anyOf", ()):
            if one.get("type") == "string" and places is not None:
                one["pattern"] = f"^-?\\d*\\.\\d{{0,{places}}}$"
        return found


def draft_from_model(name: str, wishes: DraftWishes) -> ContractDraft:
    """``name`` is ``module:Model``, looked for where Python looks for modules. Raises ``DraftRefused``."""
    return draft_from_tree(schema_tree(_imported(name), name), wishes)


def schema_tree(model: Any, name: str) -> Any:
    """The JSON Schema of a model, which messages call ``name``, fractions as ``Decimal``. Raises ``DraftRefused``."""
    try:
        schema = model.model_json_schema(schema_generator=_WithPlaces)
        return json.loads(json.dumps(schema), parse_float=Decimal)
    except Exception as error:  # whatever a user's class raises
        raise DraftRefused(
            f"{name} gives no JSON Schema: {type(error).__name__}: {error}",
            allowed="a model whose fields all have a JSON Schema",
            remedy="give the field a type that has one",
        ) from error


def _imported(name: str) -> Any:
    found = _name(name)
    if found is None:
        raise DraftRefused(
            f"{name!r} names no model", allowed="module:Model, such as shop.events:Order", remedy="name both"
        )
    try:
        at: Any = importlib.import_module(found[1])
        for part in found[2].split("."):
            at = getattr(at, part)
    except ModuleNotFoundError as error:
        raise DraftRefused(
            f"there is no module {error.name} for {name}",
            allowed="modules of this Python, of PYTHONPATH and of the folder here",
            remedy="run it from the folder in which the module lies, with what it imports installed",
        ) from error
    except AttributeError as error:
        raise DraftRefused(
            f"the module {found[1]} has no {found[2]}",
            allowed="a model of that module",
            remedy="correct the name",
        ) from error
    except Exception as error:  # whatever a user's module raises
        raise DraftRefused(
            f"importing {found[1]} failed: {type(error).__name__}: {error}",
            allowed="a module that can be imported",
            remedy="import it in a Python of your own first",
        ) from error
    if not isinstance(at, type) or not callable(getattr(at, "model_json_schema", None)):
        raise DraftRefused(
            f"{name} is no model of pydantic",
            allowed="a class made from pydantic.BaseModel (2 or later)",
            remedy="name the model",
        )
    return at
