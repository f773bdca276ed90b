"""A document's bytes, checked whole and parsed."""

from __future__ import annotations

import re
from typing import Any

from waybill_common.settings import FIRST_STREAM
from waybill_common.stream_names import why_no_stream
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.document.described import ContractDocument, LegacyTerms, Primitive, StructOf
from waybill_contracts.document.field_entries import MEMBERS, OF_A_COLUMN, EntryReader
from waybill_contracts.document.formats import read_choice, read_key_format, read_value_format
from waybill_contracts.document.partitioning import read_id, read_partitions, read_time
from waybill_contracts.document.pointers import tokens_of
from waybill_contracts.document.reading_members import (
    MemberPlace,
    a_text,
    a_truth,
    a_whole_number,
    a_word,
    an_object,
    different_texts,
)
from waybill_contracts.document.refusal import refuse, refuse_word, shown
from waybill_contracts.document.schema_types import SchemaReader
from waybill_contracts.scanning import NotJson, NumberText, Repeated, read_json, too_deep

LANGUAGE = 1
ALWAYS = (
    *("contract", "stream", "version", "value", "headers", "duplicates", "extra", "tombstones"),
    *("partition_by", "schema", "fields"),
)
WHERE_USED = ("id", "time", "key", "select", "ignore", "legacy")

_fingerprint = re.compile(r"[0-9a-f]{64}").fullmatch
_whole = re.compile(r"-?(?:0|[1-9][0-9]{0,19})").fullmatch


def parse_document(text: bytes) -> ContractDocument:
    """Raises ``DocumentRefused``."""
    tree = _plain((), _read(text))
    found = _checked(tree, text)
    if canonical_bytes(tree) != text:
        raise refuse(
            (),
            "it is not in its canonical form",
            "sorted members, no white space, strings as RFC 8785 has them, as `jq -cjS .` writes it",
        )
    return found


def _read(text: bytes) -> Any:
    try:
        decoded = text.decode()
        if too_deep(decoded):
            raise refuse((), "it is too deep", "at most 100 open brackets")
        return read_json(decoded)
    except UnicodeDecodeError:
        raise refuse((), "it is no UTF-8", "a JSON object in UTF-8") from None
    except NotJson:
        raise refuse((), "it is no JSON", "a JSON object in UTF-8") from None


def _plain(place: MemberPlace, value: Any) -> Any:
    """Numbers as Python has them; a document holds whole ones alone, and no name twice in one object."""
    if isinstance(value, NumberText):
        if not _whole(value):
            raise refuse(
                place, f"{shown(str(value))} is a fraction or beyond 2^53", "whole numbers; others as text"
            )
        return int(value)
    if isinstance(value, Repeated):
        raise refuse((*place, min(value.repeated)), "it stands there twice", "each member once")
    if isinstance(value, dict):
        return {name: _plain((*place, name), one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain((*place, str(at)), one) for at, one in enumerate(value)]
    return value


def _checked(tree: Any, text: bytes) -> ContractDocument:
    if isinstance(tree, dict) and tree.get("contract", LANGUAGE) != LANGUAGE:
        raise refuse_word(("contract",), "the language", tree["contract"], ("1",))
    an_object((), tree, always=ALWAYS, maybe=WHERE_USED)
    a_whole_number(("contract",), tree["contract"], LANGUAGE, LANGUAGE)
    stream = _stream_name(tree["stream"])
    legacy = _legacy(tree["legacy"], stream) if "legacy" in tree else None
    value = read_value_format(("value",), tree["value"], legacy=legacy is not None)
    is_column = value.format in ("text", "binary")
    schema = SchemaReader()
    described = schema.schema(("schema",), tree["schema"])
    entries = EntryReader(
        ("fields",),
        tree["fields"],
        members=OF_A_COLUMN if is_column else MEMBERS,
        legacy=legacy is not None,
        has_slices=value.format != "avro",
    )
    entries.check_ids(set(schema.ids), schema.key_ids)
    root = entries.struct(described)
    if is_column:
        _check_column(root, value.format)
    columns = {one.name: one for one in root.fields}
    tombstones = a_word(("tombstones",), tree["tombstones"], "the way", ("dead", "row"))
    if tombstones == "row" and "key" not in tree:
        raise refuse(("tombstones",), "rows for tombstones without a key", "row beside key, or dead")
    return ContractDocument(
        text=text,
        stream=stream,
        version=a_whole_number(("version",), tree["version"], 1),
        value=value,
        root=root,
        headers=a_truth(("headers",), tree["headers"]),
        duplicates=a_word(
            ("duplicates",), tree["duplicates"], "the way", ("dead", "last") if legacy else ("dead",)
        ),
        extra=_extra(tree["extra"], value.format),
        tombstones=tombstones,
        partition_by=read_partitions(("partition_by",), tree["partition_by"], columns, legacy),
        id=read_id(("id",), tree["id"], columns) if "id" in tree else (),
        time=read_time(("time",), tree["time"], columns) if "time" in tree else None,
        key=read_key_format(("key",), tree["key"]) if "key" in tree else None,
        select=read_choice(("select",), tree["select"], value.format) if "select" in tree else None,
        ignore=_ignore(tree["ignore"], value.format) if "ignore" in tree else (),
        legacy=legacy,
    )


def _stream_name(value: Any) -> str:
    name = a_text(("stream",), value)
    if why_no_stream(name):
        raise refuse(
            ("stream",),
            f"{shown(name)} is no name of a stream",
            "[a-z][a-z0-9_]{0,47} without __, ending neither in _ nor in _redriven",
        )
    return name


def _legacy(value: Any, stream: str) -> LegacyTerms:
    an_object(("legacy",), value, always=("fingerprint", "partition_key"))
    if stream != FIRST_STREAM:
        allowed = f"legacy in that of {FIRST_STREAM} alone"
        raise refuse(("legacy",), f"it stands in a contract of {stream}", allowed)
    fingerprint = a_text(("legacy", "fingerprint"), value["fingerprint"])
    if not _fingerprint(fingerprint):
        raise refuse(
            ("legacy", "fingerprint"), f"{shown(fingerprint)} is no fingerprint", "64 digits, [0-9a-f]"
        )
    return LegacyTerms(
        fingerprint, a_word(("legacy", "partition_key"), value["partition_key"], "the key", ("date",))
    )


def _extra(value: Any, form: str) -> str:
    extra = a_word(("extra",), value, "the way", ("dead", "keep", "ignore"))
    if extra == "keep" and form != "json":
        raise refuse(("extra",), f"{form} has no fields to keep", "keep with json")
    return extra


def _ignore(value: Any, form: str) -> tuple[tuple[str, ...], ...]:
    if form not in ("json", "avro"):
        raise refuse(("ignore",), f"{form} has no fields to ignore", "it with json or avro")
    found = []
    for at, text in enumerate(different_texts(("ignore",), value)):
        tokens = tokens_of(text)
        if tokens is None:
            raise refuse(
                ("ignore", str(at)), f"{shown(text)} is no place", "JSON Pointers of one token or more"
            )
        found.append(tokens)
    return tuple(found)


def _check_column(root: StructOf, form: str) -> None:
    kind = {"text": "string", "binary": "binary"}[form]
    if len(root.fields) != 1 or root.fields[0].type != Primitive(kind):
        raise refuse(("schema", "fields"), f"{form} with other columns than one", f"one column, a {kind}")
