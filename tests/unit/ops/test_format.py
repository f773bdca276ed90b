"""docs/format.md and docs/schemas against the code."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from names_columns import ROWS
from pydantic import BaseModel
from unit.ops.ledgers import sound

from waybill_common.contract import Reason
from waybill_common.contract.arrow import COORDINATES, DEAD_LETTERS
from waybill_common.ledger.manifest import Manifest1, Manifest3
from waybill_common.ledger.receipt import Receipt1, Receipt3
from waybill_common.ledger.writer_schemas import CommitSchemas
from waybill_ops.audit.findings import Code

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "format.md").read_text()
AUDIT = ROOT / "src" / "python" / "ops" / "waybill_ops" / "audit"
MODELS: dict[tuple[str, int], type[BaseModel]] = {
    ("manifest", 1): Manifest1,
    ("manifest", 3): Manifest3,
    ("receipt", 1): Receipt1,
    ("receipt", 3): Receipt3,
    ("schemas", 3): CommitSchemas,
}


def schema(kind: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads((ROOT / "docs" / "schemas" / f"{kind}.schema.json").read_text())
    return fields


@pytest.mark.parametrize("kind", ["manifest", "receipt", "schemas", "latest"])
def test_the_schemas_are_schemas(kind: str) -> None:
    Draft202012Validator.check_schema(schema(kind))


@pytest.mark.parametrize("entry", sorted(sound()), ids=str)
def test_what_the_writer_writes_is_valid(entry: tuple[int, str]) -> None:
    Draft202012Validator(schema(entry[1])).validate(json.loads(sound()[entry]))


@pytest.mark.parametrize(("kind", "format"), MODELS)
def test_schemas_and_models_have_the_same_fields(kind: str, format: int) -> None:  # noqa: A002
    model, defs = MODELS[kind, format], schema(kind)["$defs"]
    ours = defs[f"format{format}"]
    assert list(ours["properties"]) == list(model.model_fields)
    assert ours["required"] == list(model.model_fields)
    assert ours["additionalProperties"] is False
    for name, fields in model.model_json_schema().get("$defs", {}).items():
        place = _place(name, ours["properties"], defs)
        assert sorted(place["properties"]) == sorted(fields["properties"]), name
        assert sorted(place["required"]) == sorted(fields["properties"]), name


_SHARED = {
    "Split": "span",
    "LostRange": "span",
    "ObjectEntry": "object",
    "ObjectEntry3": "object3",
    "SplitReport1": "report",
    "SplitReport3": "report3",
}
_SECTIONS = {
    "ContractRef": "contract",
    "ContractRef3": "contract",
    "Layout": "layout",
    "Layout3": "layout",
    "PeriodWindow": "layout",
    "Recent": "recent",
}
_OF_OBJECTS = {"Offsets": "offsets", "TimeRange": "time"}


def _place(model: str, own: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    """Where a schema describes what a model stands for."""
    if model in _SHARED:
        found = defs[_SHARED[model]]
    elif model in _SECTIONS:
        found = own[_SECTIONS[model]]
    else:
        found = defs["object3"]["properties"][_OF_OBJECTS[model]]
    place: dict[str, Any] = found.get("oneOf", [found])[0]
    return place


@pytest.mark.parametrize("field", ["number", "frontier", "rows", "splits"])
def test_a_receipt_without_a_field_is_not_valid(field: str) -> None:
    receipt = json.loads(sound()[1, "receipt"])
    del receipt[field]
    assert not Draft202012Validator(schema("receipt")).is_valid(receipt)


@pytest.mark.parametrize("key", ["data/x.parquet", "data/date=2026-11-22/t-0-1-2.parquet", "../x"])
def test_a_key_of_another_form_is_not_valid(key: str) -> None:
    receipt = json.loads(sound()[1, "receipt"])
    receipt["splits"][0]["data"][0]["key"] = key
    assert not Draft202012Validator(schema("receipt")).is_valid(receipt)


def test_the_page_explains_every_finding() -> None:
    assert re.findall(r"^\| `([a-z_]+)` \| (?:ledger|objects|Kafka|comparison)", PAGE, re.M) == list(Code)


def test_the_page_lists_every_column_and_reason() -> None:
    rows = re.findall(r"^\| ([a-z_, ]+) \| [^|]+ \| (?:yes|no)", PAGE, re.M)
    assert ", ".join(rows).split(", ") == [
        *ROWS.names,
        *DEAD_LETTERS.names[len(COORDINATES) :],
    ]
    assert all(f"`{reason}`" in PAGE for reason in Reason)


@pytest.mark.parametrize("model", MODELS.values())
def test_the_page_names_every_field(model: type[BaseModel]) -> None:
    assert [name for name in model.model_fields if f"`{name}`" not in PAGE] == []


def test_the_audit_shares_no_code_with_the_writer() -> None:
    allowed = {
        "contract",
        "errors",
        "kafka",
        "screen",
        "settings",
        "packaged",
    }  # streams, as they are packaged
    modules = sorted(AUDIT.glob("*.py"))
    assert len(modules) > 10
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("waybill_"):
                package, *rest = node.module.split(".")
                first = rest[0] if rest else node.names[0].name
                assert package == "waybill_ops" or first in allowed, f"{module.name}: {node.module}"


def test_the_example_imports_nothing_of_ours() -> None:
    nodes = list(ast.walk(ast.parse((ROOT / "examples" / "audit.py").read_text())))
    names = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    names += [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    assert not [name for name in names if name.startswith("waybill")]
