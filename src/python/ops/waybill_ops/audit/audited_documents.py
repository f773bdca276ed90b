"""Contracts' documents, read by the auditor's own code as far as its judge relies on them.

The bytes are known to be those that a manifest names. A word that contract language 1 does not have is a later
release's; what has the language's words and is no document was made by somebody else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from waybill_common.errors import ContractUnknown
from waybill_ops.audit.second_judge import check_rule, read_schema

Document = dict[str, Any]

_ALWAYS = "contract stream version value headers duplicates extra tombstones partition_by schema fields"
_MAYBE = "id time key select ignore legacy"
_WORDS = {
    "duplicates": ("dead", "last"),
    "extra": ("dead", "keep", "ignore"),
    "tombstones": ("dead", "row"),
}
_FRAMES = ("confluent", "apicurio", "glue", "confluent_header")
_ID_FRAMES = ("confluent", "apicurio", "confluent_header")
_EPOCHS = [f"epoch_{unit}{text}" for unit in ("s", "ms", "us", "ns") for text in ("", "_text")]
_WIRES = {
    "string",
    "either",
    "unscaled_base64",
    "epoch_days",
    "ms",
    "us",
    "base64url",
    "hex",
    "utc_micros",
    *_EPOCHS,
}
_TYPES = ["boolean", "int", "long", "float", "double", "date", "timestamp", "timestamptz", "string", "binary"]
_DECIMAL = re.compile(r"decimal\(([1-9][0-9]?), (0|[1-9][0-9]?)\)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_PARTITION = re.compile(r"(day|hour|identity)\(([A-Za-z_][A-Za-z0-9_]{0,127})\)")
_DEEPEST = 20
_TIMES = ("timestamptz", "timestamp", "date")
KAFKA_TIME = "kafka_timestamp"


class NoDocument(ValueError):
    """The bytes are no document of language 1; the message says where."""


def read_contract(body: bytes, sha256: str) -> Document:
    """Raises ``NoDocument``, and ``ContractUnknown`` for what a later release wrote."""
    try:
        return _checked(body)
    except _Unknown as word:
        raise ContractUnknown(
            f"The contract's document {sha256} has {str(word)[:200]}, by which this release can't judge.",
            allowed="documents of contract language 1; of avro with its schema, or with ids of schemas in a frame of "
            "confluent, apicurio or confluent_header.",
            remedy="use the release that wrote it, or a later one; nothing was judged.",
        ) from None
    except NoDocument:
        raise
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise NoDocument(f"it is no document: {type(error).__name__} {str(error)[:200]}") from error


class _Unknown(Exception):
    """A word that language 1 lacks."""


def _checked(body: bytes) -> Document:
    tree = json.loads(body.decode(), parse_float=_no_number, parse_constant=_no_number)
    if not isinstance(tree, dict):
        raise NoDocument("it is no object")
    if type(tree.get("contract")) is int and tree["contract"] != 1:
        raise _Unknown(f"the language {tree['contract']}")
    _check(tree)
    if json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() != body:
        raise NoDocument("it is not in its canonical form")
    return tree


def _check(tree: Document) -> None:
    _members(tree, _ALWAYS, _MAYBE)
    for name, known in _WORDS.items():
        _word(name, tree[name], known)
    form = tree["value"]
    _members(form, "format", "frame registry schema")
    _word("value.format", form["format"], ("json", "avro", "text", "binary"))
    if form["format"] == "avro":
        _check_writers(form)
        if any(one.get("as") == "json" and "wire" not in one for one in tree["fields"].values()):
            raise NoDocument("it wants JSON of Avro that stands in no text")
    else:
        _members(form, "format", "frame")
    forms = [form]
    if "key" in tree:
        _members(tree["key"], "format", "frame")
        _word("key.format", tree["key"]["format"], ("json", "text", "binary"))
        forms.append(tree["key"])
    for one in forms:
        _word("frame", one.get("frame", "confluent"), _FRAMES)
    if type(tree["headers"]) is not bool or type(tree["version"]) is not int:
        raise NoDocument("its headers or its version are none")
    if not isinstance(tree["stream"], str):
        raise NoDocument("its stream is no text")
    _members(tree["schema"], "type schema-id fields")
    names = dict(_struct(tree["schema"], tree["fields"], 0))
    if form["format"] in ("text", "binary") and list(names.values()) != [
        {"text": "string", "binary": "binary"}[form["format"]]
    ]:
        raise NoDocument(f"it has other columns than the one of {form['format']}")
    _check_selection(tree)
    _check_columns(tree, names)


def _check_writers(form: Document) -> None:
    """One schema in the document, or ids of a registry's in the records' frames."""
    if "registry" not in form:
        _members(form, "format schema", "frame")
        read_schema(form["schema"])
        return
    _members(form, "format registry", "frame")
    if not _are_texts([form["registry"]]):
        raise NoDocument("its registry has no name")
    if form.get("frame") not in _ID_FRAMES:
        raise _Unknown(f"a registry for records in the frame {form.get('frame')!r}")


def _check_selection(tree: Document) -> None:
    if "select" in tree:
        _members(tree["select"], "in", "field header schema")
        [by] = tree["select"].keys() - {"in"}
        texts = [tree["select"][by], *tree["select"]["in"]]
        fitting = {"schema": "avro", "field": "json"}.get(by, tree["value"]["format"])
        if tree["value"]["format"] != fitting or not _are_texts(texts):
            raise NoDocument("it selects by what its records have not")
    if not _are_texts(tree.get("ignore", [])):
        raise NoDocument("it ignores what are no places")
    if "legacy" in tree:
        _members(tree["legacy"], "fingerprint partition_key")


def _check_columns(tree: Document, types: dict[str, Any]) -> None:
    """``id``, ``time`` and ``partition_by`` name columns that they may name."""
    partitions = tree["partition_by"]
    if not _are_texts(partitions) or not _are_texts(tree.get("id", [])):
        raise NoDocument("its id or its partition_by are no texts")
    if tree.get("id", []) and not {*tree["id"]} <= types.keys():
        raise NoDocument("its id names no columns")
    times = {name for name, kind in types.items() if kind in _TIMES} | {KAFKA_TIME}
    if "time" in tree and tree["time"] not in times:
        raise NoDocument("its time names no column of a time")
    for one in partitions:
        found = _PARTITION.fullmatch(one)
        if found is None:
            raise _Unknown(f"the partition {one!r}")
        fitting = (
            {name for name, kind in types.items() if kind in ("boolean", "string")}
            if found[1] == "identity"
            else times
        )
        if found[2] not in fitting:
            raise NoDocument(f"its partition {one} names no column of that kind")


def _struct(kind: Any, entries: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """Names and types, all checked."""
    fields = kind["fields"]
    if not fields or kind["type"] != "struct" or depth > _DEEPEST:
        raise NoDocument("a struct has no fields, or lies too deep")
    for one in fields:
        _members(one, "id name required type", "doc")
        if not _NAME.fullmatch(one["name"]):
            raise NoDocument("a column has no name")
        _value(one["type"], one["id"], one["required"], entries, depth + 1)
        yield one["name"], one["type"]
    if len({one["name"].lower() for one in fields}) < len(fields):
        raise NoDocument("two columns have one name")


def _value(kind: Any, at: Any, required: Any, entries: Any, depth: int) -> None:
    if type(at) is not int or type(required) is not bool:
        raise NoDocument("a value has no id, or is neither required nor optional")
    if isinstance(kind, dict):
        _word("type", kind["type"], ("struct", "list", "map"))
        if kind["type"] == "struct":
            _members(kind, "type fields")
            list(_struct(kind, entries, depth))
        elif kind["type"] == "list":
            _members(kind, "type element-id element element-required")
            _value(kind["element"], kind["element-id"], kind["element-required"], entries, depth + 3)
        else:
            _members(kind, "type key-id key value-id value value-required")
            _word("key", kind["key"], ("string",))
            _value(kind["value"], kind["value-id"], kind["value-required"], entries, depth + 3)
    elif kind not in _TYPES and not _is_decimal(kind):
        raise _Unknown(f"the type {kind!r}")
    entry = entries.get(str(at), {})
    _members(entry, "", "as beyond_micros from personal rules wire")
    _word("as", entry.get("as", "uuid"), ("json", "time", "uuid"))
    _word("wire", entry.get("wire", "string"), _WIRES)
    _word("beyond_micros", entry.get("beyond_micros", "floor"), ("floor",))
    if ("as" in entry and kind != "string") or not _are_texts([entry.get("from", "")]):
        raise NoDocument(f"what is said of the value {at} does not go with it")
    for keyword, rule in entry.get("rules", {}).items():
        if not check_rule(kind if isinstance(kind, str) else kind["type"], entry, keyword, rule):
            raise _Unknown(f"the rule {keyword!r} of a {entry.get('as', kind)}")


def _is_decimal(kind: Any) -> bool:
    sizes = _DECIMAL.fullmatch(kind)
    return sizes is not None and int(sizes[2]) <= int(sizes[1]) <= 38


def _members(found: Any, always: str, maybe: str = "") -> None:
    missing = set(always.split()) - found.keys()
    if missing:
        raise NoDocument(f"it lacks {', '.join(sorted(missing))}")
    strange = found.keys() - {*always.split(), *maybe.split()}
    if strange:
        raise _Unknown(f"the member {min(strange)!r}")


def _word(name: str, found: Any, known: Collection[str]) -> None:
    if not isinstance(found, str):
        raise NoDocument(f"its {name} is no text")
    if found not in known:
        raise _Unknown(f"the {name} {found!r}")


def _are_texts(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _no_number(text: str) -> Any:
    raise NoDocument(f"{text[:40]} is no whole number")
