"""Dead letters by reason and field: what a detail says of the field, and how much of it is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from unit.contract.messages import message
from unit.contracts.documents import field, list_of, map_of, raw, struct_of
from unit.delivery.datasets import Delivered
from unit.delivery.orders import bound

from waybill_contracts.document import canonical_bytes, general_path, parse_document
from waybill_delivery.letter_groups import (
    MOST_FIELDS,
    LetterGroup,
    field_in,
    from_json,
    groups_of,
    merged,
    to_json,
)

TREE = raw(
    field(1, "amount", "long", required=True),
    field(2, "lines", list_of(3, struct_of(field(4, "price", "long", required=True)), required=True)),
    field(5, "labels", map_of(6, 7, "long", required=True)),
    stream="orders",
    entries={"1": {"from": "/payload/a~1b"}},
)


@pytest.mark.parametrize(
    ("reason", "detail", "found"),
    [
        ("wrong_type", "/amount: wrong_type; /note: unknown_field", "/amount"),
        ("bad_value", "/amount: bad_value max", "/amount"),
        ("not_json", ": not_json", None),
        ("null_value", "", None),
        ("bad_timestamp", "kafka_timestamp: bad_timestamp; /a: wrong_type", "kafka_timestamp"),
        ("bad_value", "kafka_timestamp", None),
        ("wrong_type", "city: wrong_type", "city"),
        ("wrong_type", "city: missing_field; age: wrong_type", None),
        ("unknown_field", "/a; b: unknown_field", None),
    ],
)
def test_a_field_is_named_only_where_the_detail_says_that_it_gave_the_reason(
    reason: str, detail: str, found: str | None
) -> None:
    assert field_in(reason, detail) == found


def test_groups_are_counted_and_have_their_first_letter_as_an_example() -> None:
    letters = [(3, "a", "/x: a"), (5, "b", ": b"), (8, "a", "/x: a"), (9, "a", "/y: a")]
    assert groups_of(2, letters) == (
        LetterGroup("a", "/x", 2, 2, 3),
        LetterGroup("a", "/y", 1, 2, 9),
        LetterGroup("b", None, 1, 2, 5),
    )


def test_of_any_number_of_names_only_the_commonest_are_kept() -> None:
    rare = [(at, "unknown_field", f"/n{at}: unknown_field") for at in range(25_000)]
    common = [(30_000 + at, "unknown_field", "/common: unknown_field") for at in range(50)]
    found = groups_of(0, [*common[:40], *rare, *common[40:], (99_999, "not_json", ": not_json")])
    assert found[0] == LetterGroup("unknown_field", "/common", 50, 0, 30_000)
    assert len(found) == MOST_FIELDS + 1
    assert len(merged((*found, *groups_of(1, rare)))) == MOST_FIELDS + 1


def test_groups_are_the_same_once_they_were_a_text() -> None:
    groups = (LetterGroup("a", "/x\n\u2028", 2, 2, 3), LetterGroup("b", None, 1, 0, 2**63 - 1))
    assert from_json(to_json(groups)) == groups
    assert "\n" not in to_json(groups)


@pytest.mark.parametrize(
    ("path", "general"),
    [
        ("/payload/a~1b", "/payload/a~1b"),
        ("/lines/12/price", "/lines/*/price"),
        ("/lines/12", "/lines/*"),
        ("/lines", "/lines"),
        ("/lines/0/note", "/lines/*/note"),
        ("/labels/of a person", "/labels/*"),
        ("/unknown/3", "/unknown/3"),
        ("", ""),
        ("kafka_key", "kafka_key"),
    ],
)
def test_items_of_a_list_and_keys_of_a_map_are_one_place(path: str, general: str) -> None:
    assert general_path(parse_document(canonical_bytes(TREE)), path) == general


@pytest.mark.parametrize("spools", [False, True], ids=["in memory", "spooled"])
def test_a_split_says_its_letters_by_the_places_of_its_contract(tmp_path: Path, *, spools: bool) -> None:
    values = [
        {"payload": {"a/b": 1}},
        {"payload": {"a/b": 1}, "lines": [{"price": 1}, {"price": "x"}]},
        {"payload": {"a/b": 1}, "lines": [{"price": "x"}]},
        {"payload": {"a/b": 1}, "labels": {"somebody": None}},
    ]
    records = [message(at, 1, json.dumps(one).encode()) for at, one in enumerate(values)]
    dataset = Delivered(tmp_path, records, spools=spools)
    receipt = dataset.run(bound(TREE))
    assert receipt.dead == 3
    assert dataset.letters == [
        LetterGroup("wrong_type", "/lines/*/price", 2, 0, 1),
        LetterGroup("missing_field", "/labels/*", 1, 0, 3),
    ]
