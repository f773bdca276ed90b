"""From a JSON Schema to a first document. What the language can't say is named; nothing is read or fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from waybill_contracts.document import DocumentRefused, spelled
from waybill_contracts.drafting.drafted import DraftedStruct
from waybill_contracts.drafting.laying_out import laid_out
from waybill_contracts.drafting.others_documents import refuse_others_yaml
from waybill_contracts.drafting.proposing import ColumnRefused, chosen_id, chosen_time, with_id
from waybill_contracts.drafting.schema_importer import SchemaImporter
from waybill_contracts.drafting.schema_reading import SchemaText, refused
from waybill_contracts.drafting.wishes import ContractDraft, DraftRefused, DraftWishes


@dataclass(frozen=True)
class SchemaFields:
    """What a schema says of a record's fields, and what is told of it."""

    root: DraftedStruct
    told: tuple[str, ...]


def draft_from_schema(data: bytes, wishes: DraftWishes) -> ContractDraft:
    """Raises ``DraftRefused``."""
    try:
        tree = json.loads(data, parse_float=Decimal)
    except (ValueError, RecursionError):
        refuse_others_yaml(data)
        raise DraftRefused("it is no JSON", allowed="a JSON Schema", remedy="correct the file") from None
    return draft_from_tree(tree, wishes)


def draft_from_tree(tree: Any, wishes: DraftWishes) -> ContractDraft:
    """``tree`` is the schema as Python has JSON, fractions as ``Decimal``. Raises ``DraftRefused``."""
    with _in_bounds():
        return _draft(tree, wishes)


def fields_of_tree(tree: Any) -> SchemaFields:
    """What is required by the schema is required here. Raises ``DraftRefused``, also where a type is like none of the
    language: who writes a schema as the contract's can say what is to become of it.
    """
    with _in_bounds():
        importer = SchemaImporter(SchemaText(tree), required=True)
        root, _ = importer.root()
        for place, why in importer.unlike:
            raise refused(
                place,
                f"{why}, and a contract has no such type",
                allowed="one type for a field, and null",
                remedy="give it one, a Decimal its decimal_places, or say Any: then it is json, as the record has it",
            )
        left_out = importer.text.left_out
        left_out[:] = [
            one for one in left_out if one[1] != "required"
        ]  # a field that may be null is optional
        return SchemaFields(root, tuple(importer.not_said()))


@contextmanager
def _in_bounds() -> Iterator[None]:
    try:
        yield
    except RecursionError:
        raise DraftRefused(
            "its references lead to themselves, or it is too deep",
            allowed="a schema with an end",
            remedy="correct its references",
        ) from None
    except UnicodeEncodeError:
        raise DraftRefused(
            "a text in it has half a character",
            allowed="UTF-8",
            remedy="correct the escape \\uD800 or the like",
        ) from None


def _draft(tree: Any, wishes: DraftWishes) -> ContractDraft:
    importer = SchemaImporter(SchemaText(tree), required=wishes.required)
    root, extra = importer.root()
    try:
        time = chosen_time(root, wishes.time, lambda one: one.value.family == "timestamptz")
        ids = chosen_id(root, wishes.id, wishes.stream, lambda _: False)
    except ColumnRefused as wrong:
        raise DraftRefused(f"{wrong}", allowed=wrong.allowed, remedy="name one of these columns") from wrong
    if time and f"{time}_day".lower() in {one.name.lower() for one in root.fields}:
        root = importer.root((f"{time}_day",))[0]
    members: dict[str, Any] = {
        "value": {"format": "json"},
        "headers": False,
        "tombstones": "dead",
        "extra": extra,
    }
    members |= {"partition_by": [f"day({time})"] if time else []}
    members |= ({"time": time} if time else {}) | ({"id": [*ids]} if ids else {})
    try:
        document = laid_out(wishes.stream, with_id(root, ids), members)
    except DocumentRefused as wrong:
        raise DraftRefused(f"{wrong}", allowed=wrong.allowed, remedy="correct the schema") from wrong
    left_out = [*dict.fromkeys(importer.text.left_out)]
    seen = {
        "left_out": [{"place": spelled(at), "keyword": name, "why": why} for at, name, why in left_out],
        "optional_here": importer.loosened,
    }
    return ContractDraft(document, seen, (*importer.told(), *_choices(wishes, time)))


def _choices(wishes: DraftWishes, time: str | None) -> list[str]:
    if wishes.time is None and time is not None:
        return [f"Proposed: {time} as `time`, and folders by its day."]
    return [] if time else ["No column is evidently the time of an event: `--time COLUMN` names it."]
