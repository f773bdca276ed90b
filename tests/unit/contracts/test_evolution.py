"""contract1 7: which document may follow which."""

from __future__ import annotations

from typing import Any

import pytest
from unit.contracts.documents import document, field, list_of, map_of, meaning, struct_of

from waybill_contracts.evolution import first_difference

A = field(1, "a", "string")


def pair(old: Any, new: Any, *, tighten: bool = False) -> str | None:
    """The place of the first difference of a document from its next version."""
    found = first_difference(
        document(*old[0], entries=old[1], **old[2]),
        document(*new[0], entries=new[1], **{"version": 2, **new[2]}),
        tighten=tighten,
    )
    return found.place if found else None


def doc(*fields: Any, entries: Any = None, **members: Any) -> Any:
    return fields, entries, members


def ruled(kind: Any, rules: Any, **entry: Any) -> Any:
    return doc(field(1, "a", kind), entries={"1": {"rules": rules, **entry}})


def typed(kind: Any, *, required: bool = False, **entry: Any) -> Any:
    return doc(field(1, "a", kind, required=required), entries={"1": entry} if entry else {})


KEYED = {"key": {"format": "text"}}
COMPATIBLE = {
    "nothing": (doc(A), doc(A)),
    "an optional field last": (doc(A), doc(A, field(2, "b", "int"))),
    "two": (doc(A), doc(A, field(2, "b", "int"), field(3, "c", list_of(4, "int")))),
    "one in a struct": (
        typed(struct_of(field(2, "x", "int"))),
        typed(struct_of(field(2, "x", "int"), field(3, "y", "int"))),
    ),
    "one in an item": (
        typed(list_of(2, struct_of(field(3, "x", "int")))),
        typed(list_of(2, struct_of(field(3, "x", "int"), field(4, "y", "int")))),
    ),
    "one in a map's value": (
        typed(map_of(2, 3, struct_of(field(4, "x", "int")))),
        typed(map_of(2, 3, struct_of(field(4, "x", "int"), field(5, "y", "int")))),
    ),
    "int to long": (typed("int"), typed("long")),
    "int to long with bounds": (ruled("int", {"minimum": "1"}), ruled("long", {"minimum": "1"})),
    "float to double": (typed("float"), typed("double")),
    "more precision": (typed("decimal(9, 2)"), typed("decimal(18, 2)")),
    "required to optional": (typed("int", required=True), typed("int")),
    "an item's": (typed(list_of(2, "int", required=True)), typed(list_of(2, "int"))),
    "bounds that let more through": (
        ruled("int", {"minimum": "1", "maximum": "5"}),
        ruled("int", {"minimum": "0.5"}),
    ),
    "an edge included": (ruled("int", {"exclusiveMinimum": "1"}), ruled("int", {"minimum": "1"})),
    "another keyword, more let through": (
        ruled("int", {"minimum": "1"}),
        ruled("int", {"exclusiveMinimum": "0"}),
    ),
    "the tighter of two stays": (
        ruled("int", {"minimum": "5", "exclusiveMinimum": "1"}),
        ruled("int", {"minimum": "5", "exclusiveMinimum": "2"}),
    ),
    "dates' bounds": (ruled("date", {"minimum": "2026-01-01"}), ruled("date", {"minimum": "2025-01-01"})),
    "shorter, longer": (
        ruled("string", {"minLength": 2, "maxLength": 3}),
        ruled("string", {"minLength": 0, "maxLength": 4}),
    ),
    "a pattern removed": (
        ruled("string", {"pattern": "a", "maxLength": 1}),
        ruled("string", {"maxLength": 1}),
    ),
    "an enum grown": (ruled("string", {"enum": ["a"]}), ruled("string", {"enum": ["b", "a"]})),
    "an enum in another order": (
        ruled("string", {"enum": ["a", "b"]}),
        ruled("string", {"enum": ["b", "a"]}),
    ),
    "ignore in another order": (doc(A, ignore=["/x", "/y"]), doc(A, ignore=["/y", "/x"])),
    "an enum removed": (ruled("string", {"enum": ["a"]}), typed("string")),
    "dead to keep": (doc(A), doc(A, extra="keep")),
    "dead to ignore": (doc(A), doc(A, extra="ignore")),
    "ignore added": (doc(A), doc(A, ignore=["/x"])),
    "ignore grown": (doc(A, ignore=["/x"]), doc(A, ignore=["/y", "/x"])),
    "headers": (doc(A), doc(A, headers=True)),
    "a key": (doc(A), doc(A, **KEYED)),
    "number to either": (typed("long"), typed("long", wire="either")),
    "string to either": (typed("long", wire="string"), typed("long", wire="either")),
    "floor added": (typed("timestamptz"), typed("timestamptz", beyond_micros="floor")),
    "id, time, personal, doc": (
        doc(field(1, "a", "date", required=True), id=["a"], time="a"),
        doc(
            field(1, "a", "date", required=True) | {"doc": "x"},
            entries={"1": {"personal": True}},
            time="kafka_timestamp",
        ),
    ),
}


@pytest.mark.parametrize("name", COMPATIBLE)
def test_what_the_page_names_is_compatible(name: str) -> None:
    assert pair(*COMPATIBLE[name]) is None


REFUSED = {
    "a required field": (doc(A), doc(A, field(2, "b", "int", required=True)), "b"),
    "a field before": (doc(A), doc(field(2, "b", "int"), A), "a"),
    "a field gone": (doc(A, field(2, "b", "int")), doc(A), "b"),
    "another id": (doc(A), doc(field(2, "a", "string")), "a"),
    "another name": (doc(A), doc(field(1, "b", "string")), "a"),
    "order": (doc(A, field(2, "b", "int")), doc(field(2, "b", "int"), A), "a"),
    "another id of an item": (typed(list_of(2, "int")), typed(list_of(3, "int")), "a.element"),
    "another id of a map's key": (typed(map_of(2, 3, "int")), typed(map_of(4, 3, "int")), "a.key"),
    "another id of a map's value": (typed(map_of(2, 3, "int")), typed(map_of(2, 4, "int")), "a.value"),
    "long to int": (typed("long"), typed("int"), "a"),
    "int to double": (typed("int"), typed("double"), "a"),
    "float to double with bounds": (ruled("float", {"minimum": "0"}), ruled("double", {"minimum": "0"}), "a"),
    "less precision": (typed("decimal(9, 2)"), typed("decimal(8, 2)"), "a"),
    "another scale": (typed("decimal(9, 2)"), typed("decimal(18, 3)"), "a"),
    "date to timestamp": (typed("date"), typed("timestamp"), "a"),
    "a list of it": (typed("int"), typed(list_of(2, "int")), "a"),
    "optional to required": (typed("int"), typed("int", required=True), "a"),
    "an item required": (typed(list_of(2, "int")), typed(list_of(2, "int", required=True)), "a.element"),
    "deep in a struct": (
        typed(struct_of(field(2, "x", "long"))),
        typed(struct_of(field(2, "x", "int"))),
        "a.x",
    ),
    "a bound added": (typed("int"), ruled("int", {"minimum": "-9999999999"}), "a"),
    "a bound moved": (ruled("int", {"maximum": "5"}), ruled("int", {"maximum": "4.9"}), "a"),
    "an edge excluded": (ruled("int", {"minimum": "1"}), ruled("int", {"exclusiveMinimum": "1"}), "a"),
    "minLength 0 added": (typed("string"), ruled("string", {"minLength": 0}), "a"),
    "a pattern added": (typed("string"), ruled("string", {"pattern": ""}), "a"),
    "a pattern changed": (ruled("string", {"pattern": "a"}), ruled("string", {"pattern": ""}), "a"),
    "an enum shrunk": (ruled("string", {"enum": ["a", "b"]}), ruled("string", {"enum": ["a"]}), "a"),
    "const to enum": (ruled("string", {"const": "a"}), ruled("string", {"enum": ["a"]}), "a"),
    "keep to dead": (doc(A, extra="keep"), doc(A), "extra"),
    "keep to ignore": (doc(A, extra="keep"), doc(A, extra="ignore"), "extra"),
    "ignore shrunk": (doc(A, ignore=["/x", "/y"]), doc(A, ignore=["/x"]), "ignore"),
    "headers gone": (doc(A, headers=True), doc(A), "headers"),
    "the key gone": (doc(A, **KEYED), doc(A), "key"),
    "another key": (doc(A, **KEYED), doc(A, key={"format": "json"}), "key"),
    "either to number": (typed("long", wire="either"), typed("long"), "a"),
    "number to string": (typed("long"), typed("long", wire="string"), "a"),
    "another unit": (typed("timestamptz", wire="epoch_s"), typed("timestamptz", wire="epoch_ms"), "a"),
    "floor gone": (typed("timestamptz", beyond_micros="floor"), typed("timestamptz"), "a"),
    "as": (typed("string"), typed("string", **meaning("uuid")), "a"),
    "from": (typed("string"), doc(A, entries={"1": {"from": "/b"}}), "a"),
    "stream": (doc(A), doc(A, stream="t"), "stream"),
    "value": (doc(A), doc(A, value={"format": "json", "frame": "confluent"}), "value"),
    "tombstones": (doc(A, **KEYED), doc(A, **KEYED, tombstones="row"), "tombstones"),
    "partition_by": (doc(A), doc(A, partition_by=["day(kafka_timestamp)"]), "partition_by"),
    "select": (doc(A), doc(A, select={"field": "a", "in": ["x"]}), "select"),
    "select's texts in another order": (
        doc(A, select={"field": "a", "in": ["x", "y"]}),
        doc(A, select={"field": "a", "in": ["y", "x"]}),
        "select",
    ),
    "a lower version": (doc(A, version=3), doc(A, version=2), "version"),
    "the same version with other bytes": (
        doc(A, version=2),
        doc(A, field(2, "b", "int"), version=2),
        "version",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_it_does_not_name_is_not(name: str) -> None:
    old, new, place = REFUSED[name]
    assert pair(old, new) == place


def test_a_document_may_follow_itself() -> None:
    of = document(A)
    assert first_difference(of, of) is None


NARROWER = {
    "a bound added", "a bound moved", "an edge excluded", "minLength 0 added", "a pattern added", "a pattern changed",
    "an enum shrunk", "const to enum",
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_tightening_takes_narrower_rules_and_nothing_else(name: str) -> None:
    old, new, place = REFUSED[name]
    assert pair(old, new, tighten=True) == (None if name in NARROWER else place)


def test_narrower_rules_hide_nothing_else_that_is_wrong() -> None:
    old = doc(A, field(2, "b", struct_of(field(3, "c", "long"))))
    rules = {"1": {"rules": {"pattern": "x"}}, "3": {"rules": {"minimum": "1"}}}
    narrower = doc(A, field(2, "b", struct_of(field(3, "c", "long"))), entries=rules)
    wrong = doc(A, field(2, "b", struct_of(field(3, "c", "long", required=True))), entries=rules)
    assert pair(old, narrower) == "a"
    assert pair(old, narrower, tighten=True) is None
    assert pair(old, wrong, tighten=True) == "b.c"
