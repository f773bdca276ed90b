"""A document with the fields that a model says: ids stay, are never given twice, and what no model says stays."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from unit.contracts.documents import document, field, list_of, map_of, raw, struct_of
from unit.contracts.models import changed, first_of, grown, places, struct

from waybill_contracts.document import ContractDocument, DocumentRefused, parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.drafting import (
    DraftedField,
    DraftedList,
    DraftedMap,
    DraftedScalar,
    DraftedStruct,
    DraftedValue,
)
from waybill_contracts.evolution import first_difference
from waybill_contracts.from_model.changes import changes
from waybill_contracts.from_model.merging import with_fields

STRING, LONG = DraftedScalar("string"), DraftedScalar("long")


def model(**fields: DraftedValue) -> DraftedStruct:
    return DraftedStruct(tuple(DraftedField((name,), name, value) for name, value in fields.items()))


def remade(base: ContractDocument, **fields: DraftedValue) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(with_fields(base, model(**fields), base.version).text)
    return found


def ids(tree: dict[str, Any]) -> list[tuple[int, str]]:
    return [(one["id"], one["name"]) for one in tree["schema"]["fields"]]


@pytest.mark.parametrize("seed", range(150))
def test_to_make_it_again_changes_nothing(seed: int) -> None:
    chance = random.Random(seed)
    of = struct(chance)
    first = first_of(of)
    assert with_fields(first, of, 1).text == first.text
    after = changed(chance, of)
    second = with_fields(first, after, 2)
    assert with_fields(second, after, 2).text == second.text
    assert [*changes(second, second)] == []


@pytest.mark.parametrize("seed", range(150))
def test_an_id_never_changes_and_is_never_given_to_another_field(seed: int) -> None:
    chance = random.Random(seed)
    of = struct(chance)
    known = first_of(of)
    for version in range(2, 6):
        of = changed(chance, of)
        made = with_fields(known, of, version)
        before, after = places(known), places(made)
        assert {at: place for at, place in after.items() if at in before} == {
            at: place for at, place in before.items() if at in after
        }
        assert all(at > max(before) for at in after if at not in before)
        assert len(set(after.values())) == len(after)
        known = made


@pytest.mark.parametrize("seed", range(60))
def test_of_versions_that_may_follow_no_two_give_an_id_to_two_fields(seed: int) -> None:
    chance = random.Random(seed)
    of = struct(chance)
    known = first_of(of)
    history, versions = places(known), 1
    for version in range(2, 22):
        more = grown(chance, of, str(version)) if chance.random() < 0.5 else changed(chance, of)
        made = with_fields(known, more, version)
        if first_difference(known, made) is None:
            of, known, versions = more, made, versions + 1
            for at, place in places(made).items():
                assert history.setdefault(at, place) == place
    assert versions > 3


@pytest.mark.parametrize("seed", range(60))
def test_optional_fields_more_may_follow_in_whatever_order_the_model_has_them(seed: int) -> None:
    chance = random.Random(seed)
    of = struct(chance)
    known = first_of(of)
    more = [DraftedField((name,), name, STRING) for name in ("new", "newer")]
    fields = [*of.fields, *more]
    chance.shuffle(fields)
    made = with_fields(known, DraftedStruct(tuple(fields)), 2)
    assert first_difference(known, made) is None
    assert {one.name for one in made.root.fields[-2:]} == {"new", "newer"}


def test_members_that_no_model_says_stay() -> None:
    members: dict[str, Any] = {
        "id": ["n"], "time": "at", "partition_by": ["day(at)"], "key": {"format": "text"}, "headers": True,
        "extra": "keep", "ignore": ["/x"], "tombstones": "row", "select": {"header": "kind", "in": ["a"]},
    }  # fmt: skip
    base = document(field(1, "n", "long", required=True), field(2, "at", "timestamptz"), **members)
    root = DraftedStruct(
        (
            DraftedField(("at",), "at", DraftedScalar("timestamptz")),
            DraftedField(("n",), "n", LONG, required=True),
            DraftedField(("at_day",), "at_day", STRING),
        )
    )
    tree = json.loads(with_fields(base, root, 4).text)
    assert {name: tree[name] for name in members} == members
    assert tree["version"] == 4
    # A column may not be called as a folder's key.
    assert ids(tree) == [(1, "n"), (2, "at"), (3, "at_day_2")]
    assert tree["fields"] == {"3": {"from": "/at_day"}}


KEPT: list[tuple[str, dict[str, Any], DraftedScalar]] = [
    ("int", {}, LONG),
    ("long", {"wire": "either"}, LONG),
    ("float", {"wire": "string"}, DraftedScalar("double")),
    ("decimal(9, 2)", {"wire": "string"}, DraftedScalar("decimal(38, 2)", {"wire": "either"})),
    ("timestamp", {"wire": "epoch_ms", "beyond_micros": "floor"}, DraftedScalar("timestamptz")),
    ("timestamptz", {"rules": {"minimum": "2020-01-01T00:00:00.000000Z"}}, DraftedScalar("timestamptz")),
    ("date", {"wire": "epoch_days", "personal": True}, DraftedScalar("date")),
    ("string", {"as": "time", "wire": "ms"}, STRING),
    ("string", {"as": "json", "wire": "string"}, STRING),
    ("binary", {"wire": "hex", "rules": {"maxLength": 3}}, STRING),
    ("string", {"personal": True}, STRING),
]


@pytest.mark.parametrize(("kind", "entry", "said"), KEPT)
def test_what_a_model_has_no_words_for_stays(kind: str, entry: dict[str, Any], said: DraftedScalar) -> None:
    place = {"from": "/deep/x"}
    base = document(field(1, "x", kind), entries={"1": entry | place})
    assert json.loads(with_fields(base, model(x=said), 1).text) == json.loads(base.text)


@pytest.mark.parametrize(
    ("kind", "entry", "said", "new", "then"),
    [
        ("long", {"wire": "either"}, STRING, "string", {}),
        ("string", {"rules": {"maxLength": 3}, "personal": True}, STRING, "string", {"personal": True}),
        ("string", {"as": "time"}, DraftedScalar("string", {"rules": {"maxLength": 3}}), "string",
         {"rules": {"maxLength": 3}}),
        ("decimal(9, 2)", {}, DraftedScalar("decimal(38, 3)", {"wire": "either"}), "decimal(38, 3)",
         {"wire": "either"}),
        ("string", {"as": "uuid", "personal": True}, LONG, "long", {"personal": True}),
        ("double", {"rules": {"minimum": "1"}}, DraftedScalar("double", {"rules": {"minimum": "2"}}), "double",
         {"rules": {"minimum": "2"}}),
    ],
)  # fmt: skip
def test_what_a_model_says_is_the_models(
    kind: str, entry: dict[str, Any], said: DraftedScalar, new: str, then: dict[str, Any]
) -> None:
    tree = remade(document(field(1, "x", kind), entries={"1": entry} if entry else {}), x=said)
    assert tree["schema"]["fields"][0]["type"] == new
    assert tree["fields"] == ({"1": then} if then else {})


def test_fields_stay_by_their_places_before_their_names() -> None:
    base = document(
        field(1, "total", "long"),
        field(2, "a_b", "long"),
        entries={"1": {"from": "/t"}, "2": {"from": "/a-b"}},
    )
    assert ids(remade(base, a_b=LONG, t=LONG, **{"a-b": LONG})) == [(1, "total"), (2, "a_b"), (3, "a_b_2")]
    # Under another alias it lies elsewhere in the record.
    moved = DraftedStruct((DraftedField(("a.b",), "a_b", LONG), DraftedField(("t",), "t", LONG)))
    assert json.loads(with_fields(base, moved, 1).text)["fields"] == {
        "1": {"from": "/t"},
        "2": {"from": "/a.b"},
    }
    # A column that lies deeper than the model says is found by its name.
    deep = document(field(1, "amount", "long"), entries={"1": {"from": "/total/amount"}})
    assert remade(deep, amount=LONG, note=STRING)["fields"] == {"1": {"from": "/total/amount"}}


def test_what_is_nested_keeps_its_ids_and_whether_items_may_be_null() -> None:
    base = document(
        field(
            1, "lines", list_of(2, struct_of(field(3, "sku", "string"), field(4, "n", "int")), required=True)
        ),
        field(5, "tags", map_of(6, 7, "string", required=True)),
    )
    said = model(
        tags=DraftedMap(STRING),
        lines=DraftedList(model(price=LONG, n=LONG, sku=STRING)),
        at=model(lat=DraftedScalar("double")),
    )
    line = struct_of(field(3, "sku", "string"), field(4, "n", "int"), field(8, "price", "long"))
    assert json.loads(with_fields(base, said, 1).text)["schema"]["fields"] == [
        field(1, "lines", list_of(2, line, required=True)),
        field(5, "tags", map_of(6, 7, "string", required=True)),
        field(9, "at", struct_of(field(10, "lat", "double"))),
    ]


def test_a_field_that_is_gone_takes_its_id_with_it() -> None:
    base = document(field(1, "a", "long"), field(2, "b", "long"))
    tree = remade(base, a=LONG, c=LONG)
    assert ids(tree) == [(1, "a"), (3, "c")]
    told = [*changes(base, parse_document(canonical_bytes(tree)))]
    assert told == ["c is new: long, optional, with the id 3", "b is gone, with its id 2"]


def test_a_field_that_another_member_names_has_to_stay() -> None:
    base = document(field(1, "a", "long"), field(2, "at", "date"), time="at")
    with pytest.raises(DocumentRefused, match="at"):
        with_fields(base, model(a=LONG), 1)


def test_what_changed_is_told_by_field() -> None:
    old = document(
        field(1, "a", "long"),
        field(2, "b", "string", required=True),
        entries={"2": {"rules": {"maxLength": 3}}},
    )
    new = parse_document(
        canonical_bytes(
            raw(
                field(1, "a", "double") | {"doc": "why"},
                field(2, "b", "string"),
                entries={"1": {"wire": "either", "from": "/x"}, "2": {"rules": {"maxLength": 4}}},
            )
        )
    )
    assert [*changes(old, new)] == [
        "a: the type long to double",
        "a: its place /a to /x",
        "a: the wire number to either",
        'a: its words none to "why"',
        "b: it goes from required to optional",
        "b: maxLength 3 to 4",
    ]
