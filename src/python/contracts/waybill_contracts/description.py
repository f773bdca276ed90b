"""A document in words, column by column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from waybill_contracts.document import (
    ContractDocument,
    DescribedValue,
    ListOf,
    MapOf,
    StructOf,
    ValueFormat,
    ValueType,
    escaped,
    first_wire,
    spelled,
)


def described(document: ContractDocument) -> Iterator[str]:
    yield f"{document.stream}/{document.version}, sha256:{document.sha256}"
    yield f"value: {format_text(document.value)}"
    yield from (f"{name}: {text}" for name, text in asked_of_records(document).items())
    yield f"unknown fields: {document.extra}; repeated names: {document.duplicates}; tombstones: {document.tombstones}"
    if document.id:
        yield f"id: {', '.join(document.id)}"
    if document.time:
        yield f"time: {document.time}"
    if document.partition_by:
        yield f"partitions: {', '.join(one.spelling for one in document.partition_by)}"
    is_avro = document.value.format == "avro"
    for one in document.root.fields:
        yield from _value(one, "  ", is_avro=is_avro)


def format_text(of: ValueFormat) -> str:
    framed = f"{of.format} in {of.frame}" if of.frame else of.format
    return f"{framed}, by the registry {of.registry}" if of.registry else framed


def asked_of_records(document: ContractDocument) -> dict[str, str]:
    """What a document says of whole records beyond what each says, by what it is called."""
    found = {}
    if document.select:
        texts = ", ".join(map(repr, document.select.listed))
        found["records"] = f"those whose {document.select.by} {document.select.name} is one of {texts}"
    if document.key:
        found["key"] = format_text(document.key)
    if document.headers:
        found["headers"] = "a column of theirs"
    if document.ignore:
        found["ignored where unknown"] = ", ".join(map(spelled, document.ignore))
    if document.legacy:
        found["judged as by 0.1.0"] = f"its fingerprint is {document.legacy.fingerprint}"
    return found


def _value(of: DescribedValue, indent: str, *, is_avro: bool) -> Iterator[str]:
    """Of Avro's values the types say what they are, where no wire is written down."""
    said = [type_text(replace(of, wire="") if is_avro and of.wire == first_wire(of.type) else of)]
    said += ["required" if of.required else "optional"]
    if of.place not in ((), (of.name,)):
        said.append(f"from {place_text(of)}")
    said += conditions(of)
    yield f"{indent}{of.name}: {', '.join(said)}{f' ({of.doc})' if of.doc else ''}"
    for inner in parts_of(of.type):
        yield from _value(inner, f"{indent}  ", is_avro=is_avro)


def place_text(of: DescribedValue) -> str:
    return "".join(f"/{escaped(token)}" for token in of.place)


def conditions(of: DescribedValue) -> list[str]:
    rules = [f"{name} {rule}" for name, rule in of.rules.items()]
    return rules + ["rounded down to microseconds"] * of.floors + ["personal"] * of.personal


def type_text(of: DescribedValue) -> str:
    family = of.type.spelling if of.type.family == "decimal" else of.type.family
    return f"{family} as {of.wire}" if of.wire else family


def parts_of(of: ValueType) -> tuple[DescribedValue, ...]:
    match of:
        case StructOf(fields):
            return fields
        case ListOf(item):
            return (item,)
        case MapOf(value=value):
            return (value,)
    return ()
