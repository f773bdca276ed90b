"""A document made from a JSON Schema or a model: what the language can say is in it, the rest is named."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, Field

from waybill_contracts.drafting import (
    ContractDraft,
    DraftRefused,
    DraftWishes,
    draft_from_model,
    draft_from_schema,
)

WISHES = DraftWishes("s", required=True)


class Line(BaseModel):
    sku: str = Field(pattern="^[A-Z]+$", max_length=8)
    amount: Decimal = Field(max_digits=12, decimal_places=2)
    note: str | None = None


class Order(BaseModel):
    order_id: str
    lines: list[Line] = Field(min_length=1)
    counts: dict[str, int] = {}


def drafted(schema: Any, wishes: DraftWishes = WISHES) -> ContractDraft:
    return draft_from_schema(json.dumps(schema).encode(), wishes)


def of_one(schema: Any, **more: Any) -> tuple[Any, Any, bool, list[str]]:
    """Type, entry, whether it is required, and the keywords that were left out, of a required ``v``."""
    draft = drafted({"type": "object", "properties": {"v": schema}, "required": ["v"], **more})
    tree = json.loads(draft.document.text)
    [field] = tree["schema"]["fields"]
    return (
        field["type"],
        tree["fields"].get("1"),
        field["required"],
        [one["keyword"] for one in draft.seen["left_out"]],
    )


def rules(**found: Any) -> dict[str, Any]:
    return {"rules": found}


@pytest.mark.parametrize(
    ("schema", "kind", "entry", "left_out"),
    [
        ({"type": "integer", "minimum": 0}, "long", rules(minimum="0"), []),
        ({"type": "integer", "enum": [1, 2**60]}, "long", rules(enum=[1, str(2**60)]), []),
        ({"type": "number", "exclusiveMaximum": 1.50}, "double", rules(exclusiveMaximum="1.5"), []),
        (
            {"type": "number", "minimum": 1e2, "exclusiveMinimum": True},
            "double",
            rules(exclusiveMinimum="100"),
            [],
        ),
        ({"type": "number", "multipleOf": 0.01}, "decimal(38, 2)", None, []),
        ({"type": "number", "multipleOf": 3}, "double", None, ["multipleOf"]),
        ({"type": "boolean"}, "boolean", None, []),
        ({"type": "string", "maxLength": 3}, "string", rules(maxLength=3), []),
        ({"type": "string", "pattern": "^a+$"}, "string", rules(pattern="^a+$"), []),
        ({"type": "string", "pattern": "^\\s$"}, "string", None, ["pattern"]),
        ({"type": "string", "format": "email"}, "string", None, ["format"]),
        ({"type": "string", "format": "date"}, "date", None, []),
        ({"type": "string", "format": "date-time"}, "timestamptz", None, []),
        ({"type": "string", "format": "time"}, "string", None, ["format"]),
        ({"type": "string", "format": "uuid", "minLength": 36}, "string", {"as": "uuid"}, ["minLength"]),
        ({"type": "string", "contentEncoding": "base64"}, "binary", None, []),
        ({"enum": ["a", "b"]}, "string", rules(enum=["a", "b"]), []),
        ({"const": 7}, "long", rules(const=7), []),
        ({"type": "object"}, "string", {"as": "json"}, []),
        ({"type": "array"}, "string", {"as": "json"}, []),
        ({"type": "array", "items": [{"type": "string"}]}, "string", {"as": "json"}, ["items"]),
        ({"type": ["string", "integer"]}, "string", {"as": "json"}, []),
        ({"oneOf": [{"type": "string"}, {"type": "object"}]}, "string", {"as": "json"}, []),
        ({"allOf": [{"type": "string"}, {"maxLength": 2}]}, "string", rules(maxLength=2), []),
        ({"type": "string", "not": {"const": "a"}, "title": "A"}, "string", None, ["not"]),
    ],
    ids=str,
)
def test_what_the_language_can_say_is_said(schema: Any, kind: str, entry: Any, left_out: list[str]) -> None:
    assert of_one(schema) == (kind, entry, True, left_out)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/text"}]},
        {"type": "string", "nullable": True},
    ],
    ids=str,
)
def test_what_may_be_null_is_optional(schema: Any) -> None:
    found = of_one(schema, **{"$defs": {"text": {"type": "string"}}})
    assert found == ("string", None, False, ["required"])


def test_fields_are_optional_unless_the_user_wants_them_required() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    loose = drafted(schema, DraftWishes("s"))
    assert not loose.document.columns["a"].required
    assert loose.seen["optional_here"] == ["/properties/a"]
    assert drafted(schema).document.columns["a"].required


def test_references_are_followed_and_one_to_itself_is_json() -> None:
    tree = {"type": "object", "properties": {"name": {"type": "string"}, "next": {"$ref": "#/$defs/node"}}}
    draft = drafted(
        {"type": "object", "properties": {"v": {"$ref": "#/$defs/node"}}, "$defs": {"node": tree}}
    )
    found = json.loads(draft.document.text)
    assert [one["name"] for one in found["schema"]["fields"][0]["type"]["fields"]] == ["name", "next"]
    assert "/$defs/node is json: it contains itself." in draft.told


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": "array"}, "at its root"),
        ({"type": "object"}, "at its root"),
        ({"properties": {"v": {"$ref": "other.json#/a"}}}, "at /properties/v/$ref"),
        ({"properties": {"v": {"$ref": "#/$defs/none"}}}, "at /properties/v/$ref"),
        ({"properties": {"v": {"$ref": "#/properties/v"}}}, "$ref: '#/properties/v' leads to itself"),
        ({"properties": {"v": {"type": "strng"}}}, "at /properties/v/type"),
        ({"properties": {"v": 7}}, "at /properties/v"),
        ({"properties": {"v": False}}, "at its root"),
        ({"properties": {"v": {"allOf": [{"$ref": "#/properties/v"}]}}}, "lead to themselves"),
        ({"properties": {"v": {"type": "string", "description": "\ud800"}}}, "half a character"),
        (7, "at its root"),
    ],
    ids=str,
)
def test_what_has_no_meaning_is_refused_with_its_place(schema: Any, place: str) -> None:
    with pytest.raises(DraftRefused) as refused:
        drafted(schema)
    assert place in str(refused.value)
    assert refused.value.allowed
    assert refused.value.remedy


def test_a_closed_root_makes_unknown_fields_dead() -> None:
    properties = {"v": {"type": "object", "properties": {"w": {}}, "additionalProperties": False}}
    closed = drafted({"properties": properties, "additionalProperties": False})
    assert (closed.document.extra, closed.seen["left_out"]) == ("dead", [])
    keeps = drafted({"properties": properties})
    assert keeps.document.extra == "keep"
    assert [one["place"] for one in keeps.seen["left_out"]] == ["/properties/v"]


def test_a_model_gives_its_document() -> None:
    draft = draft_from_model(f"{__name__}:Order", WISHES)
    found = json.loads(draft.document.text)
    order_id, lines, counts = found["schema"]["fields"]
    assert (order_id["type"], order_id["required"]) == ("string", True)
    assert (lines["type"]["type"], counts["type"]["type"], counts["required"]) == ("list", "map", False)
    line = lines["type"]["element"]["fields"]
    assert [(one["type"], one["required"]) for one in line] == [
        ("string", True),
        ("decimal(38, 2)", True),
        ("string", False),
    ]
    assert found["fields"][str(line[0]["id"])] == rules(pattern="^[A-Z]+$", maxLength=8)
    assert found["fields"][str(line[1]["id"])] == {"wire": "either"}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("no model", "names no model"),
        ("waybill_nowhere:A", "no module waybill_nowhere"),
        ("json:A", "has no A"),
        ("json:loads", "is no model of pydantic"),
    ],
)
def test_a_name_that_gives_no_model_is_refused(name: str, why: str) -> None:
    with pytest.raises(DraftRefused, match=why):
        draft_from_model(name, WISHES)
