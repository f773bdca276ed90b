"""contract1 1: which documents are taken, and what is said of the others."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

import pytest
from unit.contracts.documents import ORDERS, field, list_of, map_of, raw, struct_of

from waybill_contracts.document import DocumentRefused, parse_document
from waybill_contracts.document.canonical_form import canonical_bytes

A = field(1, "a", "string")
LEGACY = {"fingerprint": "0" * 64, "partition_key": "date"}


def refused(tree: Any) -> DocumentRefused | None:
    try:
        parse_document(tree if isinstance(tree, bytes) else canonical_bytes(tree))
    except DocumentRefused as found:
        return found
    return None


def without(name: str) -> dict[str, Any]:
    return {one: value for one, value in ORDERS.items() if one != name}


def deep(depth: int, kind: str) -> dict[str, Any]:
    """A column at depth 1 whose innermost value is ``depth`` deep."""
    inner: Any = "long"
    at = 2
    while depth > 1:
        if kind == "struct":
            inner, depth = struct_of(field(at, "x", inner)), depth - 1
        elif kind == "list":
            inner, depth = list_of(at, inner), depth - 3
        else:
            inner, depth = map_of(at, at + 1, inner), depth - 3
        at += 2
    return raw(field(1, "a", inner))


def test_the_fingerprint_is_the_sha256_of_the_bytes() -> None:
    text = canonical_bytes(ORDERS)
    assert parse_document(text).sha256 == hashlib.sha256(text).hexdigest()
    assert b" " not in text.replace(b"decimal(18, 2)", b"")
    assert json.loads(text) == ORDERS


GOOD: dict[str, Any] = {
    "the example": ORDERS,
    **{f"without {name}": without(name) for name in ("id", "time", "key", "ignore")},
    "the longest name of a stream": raw(A, stream="a" * 48),
    "the largest version": raw(A, version=2**53 - 1),
    "the longest name of a column": raw(field(2_147_483_446, "_" + "a" * 127, "date")),
    "a doc": raw(A | {"doc": '\u2028é\x7f"\\\n'}),
    "depth 20 of structs": deep(20, "struct"),
    "depth 19 of lists": deep(19, "list"),
    "depth 19 of maps": deep(19, "map"),
    "the widest decimal": raw(field(1, "a", "decimal(38, 38)")),
    "a decimal without a fraction": raw(field(1, "a", "decimal(1, 0)")),
    "the empty name of a place": raw(A, entries={"1": {"from": "/"}}),
    "an escaped place": raw(A, entries={"1": {"from": "/a~1b/~0~01"}}),
    "a place that ends in the name": raw(A, entries={"1": {"from": "/x/a"}}),
    "places beside each other": raw(
        A, field(2, "b", "int"), entries={"1": {"from": "/x/y"}, "2": {"from": "/x/z"}}
    ),
    "extra ignore": raw(A, extra="ignore"),
    "avro with a registry": raw(A, value={"format": "avro", "frame": "confluent", "registry": "default"}),
    "avro with its schema": raw(
        A, value={"format": "avro", "schema": '{"type": "record", "name": "r", "fields": []}'}
    ),
    "avro selected by schema": raw(
        A,
        value={"format": "avro", "frame": "confluent", "registry": "default"},
        select={"schema": "a.B", "in": ["x"]},
    ),
    "text": raw(A, value={"format": "text"}, entries={"1": {"personal": True, "rules": {"minLength": 1}}}),
    "binary in a frame": raw(field(1, "a", "binary"), value={"format": "binary", "frame": "glue"}),
    "select by header": raw(A, select={"header": "h", "in": [str(at) for at in range(100)]}),
    "identity and day": raw(
        field(1, "kind", "string"),
        field(2, "at", "date"),
        partition_by=["identity(kind)", "day(at)"],
        entries={"1": {"rules": {"enum": ["a", "b"]}}},
    ),
    "hour and identity": raw(
        field(1, "ok", "boolean"), field(2, "at", "timestamp"), partition_by=["hour(at)", "identity(ok)"]
    ),
    "kafka's timestamp": raw(A, time="kafka_timestamp", partition_by=["hour(kafka_timestamp)"]),
    "legacy": raw(A, stream="names", legacy=LEGACY, duplicates="last"),
    "entries of items": raw(
        field(1, "a", list_of(2, "string")),
        field(3, "m", map_of(4, 5, "long")),
        entries={
            "2": {"as": "uuid"},
            "5": {"wire": "either", "personal": True},
            "1": {"rules": {"minItems": 0}},
        },
    ),
    "tombstones as rows": raw(A, tombstones="row", key={"format": "json", "frame": "apicurio"}),
    "integers beyond 2^53 as text": raw(
        field(1, "a", "long"), entries={"1": {"rules": {"enum": [0, "9007199254740992"]}}}
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_the_language_allows_is_taken(name: str) -> None:
    assert refused(GOOD[name]) is None


def entry(kind: Any, **said: Any) -> dict[str, Any]:
    return raw(field(1, "a", kind), entries={"1": said})


BAD: dict[str, tuple[Any, str]] = {
    "no JSON": (b"{", ""),
    "a trailing line feed": (canonical_bytes(ORDERS) + b"\n", ""),
    "white space": (canonical_bytes(ORDERS).replace(b":", b": ", 1), ""),
    "members not sorted": (
        canonical_bytes(ORDERS).replace(b'"contract":1,', b"")[:-1] + b',"contract":1}',
        "",
    ),
    "an escape that is not RFC 8785's": (
        canonical_bytes(raw(A | {"doc": "\n"})).replace(b"\\n", b"\\u000a"),
        "",
    ),
    "an escape of what needs none": (canonical_bytes(raw(A | {"doc": "/"})).replace(b'"/"', b'"\\/"'), ""),
    "capital digits of an escape": (canonical_bytes(raw(A | {"doc": "\x1f"})).replace(b"001f", b"001F"), ""),
    "a byte order mark": (b"\xef\xbb\xbf" + canonical_bytes(ORDERS), ""),
    "a float": (canonical_bytes(ORDERS).replace(b'"version":3', b'"version":3.0'), "/version"),
    "minus nothing": (canonical_bytes(entry("long", rules={"enum": [0]})).replace(b"[0]", b"[-0]"), ""),
    "a member twice": (b'{"contract":1,' + canonical_bytes(ORDERS)[1:], "/contract"),
    "a list": (b"[]", ""),
    **{
        f"no {name}": (without(name), f"/{name}")
        for name in (
            "contract",
            "stream",
            "version",
            "value",
            "headers",
            "duplicates",
            "extra",
            "tombstones",
            "partition_by",
            "schema",
            "fields",
        )
    },
    "another language": (raw(A, contract=2), "/contract"),
    "true for a language": (raw(A, contract=True), "/contract"),
    "an unknown member": (raw(A, owner="me"), "/owner"),
    **{
        f"the stream {name!r}": (raw(A, stream=name), "/stream")
        for name in (
            "",
            "Orders",
            "a__b",
            "a_",
            "a_redriven",
            "1a",
            "a-b",
            "a" * 49,
            1,
            "é",
        )
    },
    "version 0": (raw(A, version=0), "/version"),
    "version true": (raw(A, version=True), "/version"),
    "a version beyond 2^53": (raw(A, version=2**53), "/version"),
    "headers as text": (raw(A, headers="true"), "/headers"),
    "last without legacy": (raw(A, duplicates="last"), "/duplicates"),
    "an unknown extra": (raw(A, extra="drop"), "/extra"),
    "keep with text": (raw(A, value={"format": "text"}, extra="keep"), "/extra"),
    "keep with avro": (
        raw(
            A,
            value={"format": "avro", "schema": '{"type": "record", "name": "r", "fields": []}'},
            extra="keep",
        ),
        "/extra",
    ),
    "rows for tombstones without a key": (raw(A, tombstones="row"), "/tombstones"),
    "an empty ignore": (raw(A, ignore=[]), "/ignore"),
    "an ignored place twice": (raw(A, ignore=["/a", "/a"]), "/ignore"),
    "the root ignored": (raw(A, ignore=[""]), "/ignore/0"),
    "a bad pointer ignored": (raw(A, ignore=["a"]), "/ignore/0"),
    "a bad escape ignored": (raw(A, ignore=["/~2"]), "/ignore/0"),
    "ignore with text": (raw(A, value={"format": "text"}, ignore=["/a"]), "/ignore"),
    "an empty id": (raw(A, id=[]), "/id"),
    "an optional id": (raw(A, id=["a"]), "/id/0"),
    "an id twice": (raw(field(1, "a", "string", required=True), id=["a", "a"]), "/id"),
    "an unknown id": (raw(A, id=["b"]), "/id/0"),
    "a double as id": (raw(field(1, "a", "double", required=True), id=["a"]), "/id/0"),
    "json as id": (
        raw(field(1, "a", "string", required=True), id=["a"], entries={"1": {"as": "json"}}),
        "/id/0",
    ),
    "a text as time": (raw(A, time="a"), "/time"),
    "an avro key": (raw(A, key={"format": "avro"}), "/key/format"),
    "an unknown frame": (raw(A, key={"format": "text", "frame": "kafka"}), "/key/frame"),
    "a schema of no records": (raw(A, value={"format": "avro", "schema": '"long"'}), "/value/schema"),
    "registry and schema": (raw(A, value={"format": "avro", "registry": "default", "schema": "1"}), "/value"),
    "avro with neither": (raw(A, value={"format": "avro"}), "/value"),
    "json with a registry": (raw(A, value={"format": "json", "registry": "default"}), "/value/registry"),
    "an unknown format": (raw(A, value={"format": "jsn"}), "/value/format"),
    "two columns of text": (raw(A, field(2, "b", "string"), value={"format": "text"}), "/schema/fields"),
    "a number as text": (raw(field(1, "a", "long"), value={"format": "text"}), "/schema/fields"),
    "a wire on text": (raw(A, value={"format": "text"}, entries={"1": {"as": "uuid"}}), "/fields/1/as"),
    "select by two": (raw(A, select={"field": "a", "header": "b", "in": ["x"]}), "/select"),
    "select by nothing": (raw(A, select={"in": ["x"]}), "/select"),
    "select of nothing": (raw(A, select={"field": "a", "in": []}), "/select/in"),
    "select of 101": (raw(A, select={"field": "a", "in": [str(at) for at in range(101)]}), "/select/in"),
    "select of one twice": (raw(A, select={"field": "a", "in": ["x", "x"]}), "/select/in"),
    "select by a field of text": (
        raw(A, value={"format": "text"}, select={"field": "a", "in": ["x"]}),
        "/select/field",
    ),
    "select by schema of json": (raw(A, select={"schema": "a", "in": ["x"]}), "/select/schema"),
    "legacy of another stream": (raw(A, legacy=LEGACY), "/legacy"),
    "legacy in a frame": (
        raw(A, stream="names", legacy=LEGACY, value={"format": "json", "frame": "confluent"}),
        "/value",
    ),
    "a short fingerprint": (
        raw(A, stream="names", legacy=LEGACY | {"fingerprint": "0"}),
        "/legacy/fingerprint",
    ),
    "another partition key": (
        raw(A, stream="names", legacy=LEGACY | {"partition_key": "day"}),
        "/legacy/partition_key",
    ),
    "utc_micros without legacy": (entry("timestamptz", wire="utc_micros"), "/fields/1/wire"),
    "a schema without fields": (raw(), "/schema/fields"),
    "an empty struct": (raw(field(1, "a", struct_of())), "/schema/fields/0/type/fields"),
    "schema-id 1": (raw(A, schema={"type": "struct", "schema-id": 1, "fields": [A]}), "/schema/schema-id"),
    "pyiceberg's identifier-field-ids": (
        raw(A, schema={"type": "struct", "schema-id": 0, "fields": [A], "identifier-field-ids": []}),
        "/schema/identifier-field-ids",
    ),
    "an initial-default": (raw(A | {"initial-default": 1}), "/schema/fields/0/initial-default"),
    **{
        f"the type {kind!r}": (raw(field(1, "a", kind)), "/schema/fields/0/type")
        for kind in (
            "uuid",
            "time",
            "json",
            "fixed[16]",
            "decimal(18,2)",
            "decimal(39, 0)",
            "decimal(2, 3)",
            "decimal(0, 0)",
            "decimal(02, 1)",
            "Long",
            "integer",
            "timestamp_ns",
            1,
            None,
        )
    },
    "an unknown nested type": (raw(field(1, "a", {"type": "set"})), "/schema/fields/0/type/type"),
    "a map of numbers": (
        raw(field(1, "a", map_of(2, 3, "int") | {"key": "int"})),
        "/schema/fields/0/type/key",
    ),
    "a list without its id": (
        raw(field(1, "a", {"type": "list", "element": "int", "element-required": False})),
        "/schema/fields/0/type/element-id",
    ),
    "an id of two": (raw(A, field(1, "b", "int")), "/schema/fields/1/id"),
    "the id of an item twice": (raw(field(1, "a", list_of(1, "int"))), "/schema/fields/0/type/element-id"),
    "id 0": (raw(field(0, "a", "int")), "/schema/fields/0/id"),
    "an id beyond": (raw(field(2_147_483_447, "a", "int")), "/schema/fields/0/id"),
    **{
        f"the column {name[:9]!r}": (raw(field(1, name, "int")), "/schema/fields/0/name")
        for name in (
            "",
            "1a",
            "a-b",
            "é",
            "kafka_x",
            "KAFKA_offset",
            "_extra",
            "_EXTRA",
            "a" * 129,
            "a b",
            "@type",
        )
    },
    "kafka_ in a struct": (
        raw(field(1, "a", struct_of(field(2, "Kafka_", "int")))),
        "/schema/fields/0/type/fields/0/name",
    ),
    "twins": (raw(A, field(2, "A", "int")), "/schema/fields/1/name"),
    "twins in a struct": (
        raw(field(1, "s", struct_of(field(2, "x", "int"), field(3, "X", "int")))),
        "/schema/fields/0/type/fields/1/name",
    ),
    "depth 21 of structs": (deep(21, "struct"), "/schema/fields/0/type" + "/fields/0/type" * 20),
    "depth 22 of lists": (deep(22, "list"), "/schema/fields/0/type" + "/element" * 7),
    "a column called as the folders' key": (
        raw(field(1, "at", "date"), field(2, "AT_day", "int"), partition_by=["day(at)"]),
        "/partition_by/0",
    ),
    "two times": (
        raw(field(1, "a", "date"), field(2, "b", "date"), partition_by=["day(a)", "day(b)"]),
        "/partition_by",
    ),
    "hour of a date": (raw(field(1, "a", "date"), partition_by=["hour(a)"]), "/partition_by/0"),
    "identity without an enum": (raw(A, partition_by=["identity(a)"]), "/partition_by/0"),
    "identity with an empty text": (
        raw(A, partition_by=["identity(a)"], entries={"1": {"rules": {"enum": ["", "x"]}}}),
        "/partition_by/0",
    ),
    "identity with null": (
        raw(A, partition_by=["identity(a)"], entries={"1": {"rules": {"enum": ["null"]}}}),
        "/partition_by/0",
    ),
    "identity of a number": (
        raw(field(1, "a", "int"), partition_by=["identity(a)"], entries={"1": {"rules": {"enum": [1]}}}),
        "/partition_by/0",
    ),
    "a transform of Iceberg": (raw(A, partition_by=["bucket[16](a)"]), "/partition_by/0"),
    "an entry of nothing": (raw(A, entries={"1": {}}), "/fields/1"),
    "an entry of null": (raw(A, entries={"1": None}), "/fields/1"),
    "empty rules": (entry("string", rules={}), "/fields/1/rules"),
    "an entry of no field": (raw(A, entries={"2": {"personal": True}}), "/fields/2"),
    "an entry of a map's key": (
        raw(field(1, "a", map_of(2, 3, "int")), entries={"2": {"personal": True}}),
        "/fields/2",
    ),
    "an entry 01": (raw(A, entries={"01": {"personal": True}}), "/fields/01"),
    "an unknown saying": (entry("string", default="x"), "/fields/1/default"),
    "personal false": (entry("string", personal=False), "/fields/1/personal"),
    "the type's first wire": (entry("long", wire="number"), "/fields/1/wire"),
    "another first wire": (entry("binary", wire="base64"), "/fields/1/wire"),
    "a wire of another type": (entry("string", wire="hex"), "/fields/1/wire"),
    "a list for a wire": (entry("long", wire=["string"]), "/fields/1/wire"),
    "an unknown wire": (entry("long", wire="sting"), "/fields/1/wire"),
    "as on a number": (entry("long", **{"as": "uuid"}), "/fields/1/as"),
    "an unknown as": (entry("string", **{"as": "date"}), "/fields/1/as"),
    "from the own name": (entry("string", **{"from": "/a"}), "/fields/1/from"),
    "from the root": (entry("string", **{"from": ""}), "/fields/1/from"),
    "from of an item": (
        raw(field(1, "a", list_of(2, "int")), entries={"2": {"from": "/x"}}),
        "/fields/2/from",
    ),
    "one place for two": (raw(A, field(2, "b", "int"), entries={"2": {"from": "/a"}}), "/fields/2/from"),
    "a place on another's way": (
        raw(A, field(2, "b", "int"), entries={"2": {"from": "/a/b"}}),
        "/fields/2/from",
    ),
    "a way over another's place": (
        raw(field(2, "b", "int"), A, entries={"2": {"from": "/a/b"}}),
        "/fields/1/from",
    ),
    "rounding up": (entry("timestamptz", beyond_micros="ceil"), "/fields/1/beyond_micros"),
    "rounding of a date": (entry("date", beyond_micros="floor"), "/fields/1/beyond_micros"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_the_language_does_not_allow_is_refused_at_its_place(name: str) -> None:
    tree, place = BAD[name]
    found = refused(copy.deepcopy(tree))
    assert found is not None
    assert found.place == place
    assert found.allowed


@pytest.mark.parametrize(
    ("tree", "nearest"),
    [
        (raw(field(1, "a", "strng")), "string"),
        (entry("long", wire="sting"), "string"),
        (raw(A, patition_by=[]), "partition_by"),
        (entry("string", rules={"maxlength": 1}), "maxLength"),
        (raw(A, id=["aa"]), "a"),
        (raw(A, value={"format": "jason"}), "json"),
        (entry("string", **{"as": "UUID"}), "uuid"),
        (raw(A, Extra="keep"), "extra"),
        (raw(A, partition_by=["days(a)"]), "day(a)"),
        (raw(A, partition_by=["identiy(kind)"]), "identity(kind)"),
    ],
)
def test_the_nearest_spelling_is_named(tree: Any, nearest: str) -> None:
    found = refused(tree)
    assert found is not None
    assert found.nearest == nearest
    assert found.unknown
