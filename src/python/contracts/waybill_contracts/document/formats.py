"""``value``, ``key`` and ``select``: how a record's bytes are read, and which records are."""

from __future__ import annotations

import re
from typing import Any

from waybill_contracts.avro import SchemaRefused, parse_schema
from waybill_contracts.document.described import Choice, ValueFormat
from waybill_contracts.document.pointers import spelled
from waybill_contracts.document.reading_members import MemberPlace, a_text, a_word, an_object, different_texts
from waybill_contracts.document.refusal import refuse, shown

VALUE_FORMATS = ("json", "avro", "text", "binary")
KEY_FORMATS = ("text", "binary", "json")
FRAMES = ("confluent", "apicurio", "confluent_header", "glue")
MOST_TEXTS = 100

_registry = re.compile(r"[a-z][a-z0-9_]{0,47}").fullmatch


def read_value_format(place: MemberPlace, value: Any, *, legacy: bool) -> ValueFormat:
    an_object(place, value, always=("format",), maybe=("frame", "registry", "schema"))
    form = a_word((*place, "format"), value["format"], "the format", VALUE_FORMATS)
    frame = _frame(place, value)
    if legacy and (form != "json" or frame is not None):
        raise refuse(place, f"legacy with {shown(value)}", "legacy with plain json")
    if form != "avro":
        for name in ("registry", "schema"):
            if name in value:
                raise refuse((*place, name), f"{form} has no {name}", "it with avro")
        return ValueFormat(form, frame)
    if ("registry" in value) == ("schema" in value):
        raise refuse(place, "avro with both or none of registry and schema", "exactly one of the two")
    if "schema" in value:
        return ValueFormat(form, frame, schema=_schema((*place, "schema"), value["schema"]))
    registry = a_text((*place, "registry"), value["registry"])
    if not _registry(registry):
        raise refuse(
            (*place, "registry"),
            f"{shown(registry)} is no name",
            "a name such as default: [a-z][a-z0-9_]{0,47}",
        )
    return ValueFormat(form, frame, registry=registry)


def _frame(place: MemberPlace, value: dict[str, Any]) -> str | None:
    return a_word((*place, "frame"), value["frame"], "the frame", FRAMES) if "frame" in value else None


def _schema(place: MemberPlace, value: Any) -> str:
    text = a_text(place, value)
    try:
        parse_schema(text)
    except SchemaRefused as refused:
        where = f"at {spelled(refused.place)} of" if refused.place else "of"
        raise refuse(place, f"{where} the Avro schema: {refused.found}", refused.allowed) from None
    return text


def read_key_format(place: MemberPlace, value: Any) -> ValueFormat:
    an_object(place, value, always=("format",), maybe=("frame",))
    return ValueFormat(
        a_word((*place, "format"), value["format"], "the format", KEY_FORMATS), _frame(place, value)
    )


def read_choice(place: MemberPlace, value: Any, form: str) -> Choice:
    an_object(place, value, always=("in",), maybe=("field", "header", "schema"))
    named = [name for name in value if name != "in"]
    if len(named) != 1:
        raise refuse(
            place, f"it selects by {', '.join(named) or 'nothing'}", "exactly one of field, header and schema"
        )
    by = named[0]
    wanted = {"field": "json", "schema": "avro"}.get(by, form)
    if form != wanted:
        raise refuse((*place, by), f"{form} has no {by} to select by", f"it with {wanted}")
    texts = different_texts((*place, "in"), value["in"])
    if len(texts) > MOST_TEXTS:
        raise refuse((*place, "in"), f"{len(texts)} texts", f"1 to {MOST_TEXTS} different texts")
    return Choice(by, a_text((*place, by), value[by]), tuple(texts))
