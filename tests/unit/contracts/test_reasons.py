"""contract1 5, and ``_extra`` of 4: what is told of a dead record, in which order; what is kept of unknown fields."""

from __future__ import annotations

import json

from unit.contracts.documents import ORDERS, document, field, list_of, map_of, struct_of, verdict

from waybill_contracts.document import parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.judging import KafkaInput, RecordJudge

EXAMPLE = parse_document(canonical_bytes(ORDERS))


def detail(of: object, value: bytes) -> str:
    return RecordJudge(of).judge(KafkaInput(value)).detail  # type: ignore[arg-type, union-attr]


def test_the_pages_own_example() -> None:
    row = b'{"order_id":"a","total":{"amount":"1.1","cur":"EUR"},"created_at":1,"source":{"x":1},"n":1.10}'
    assert verdict(EXAMPLE, row) == {
        "order_id": "a",
        "amount": "1.10",
        "created_at": "1970-01-01T00:00:00.001000Z",
        "kafka_key": None,
        "_extra": '{"/total/cur":"EUR","/n":1.10}',
    }


def test_fields_come_in_contract_order_then_names_in_the_records() -> None:
    of = document(field(1, "a", "long"), field(2, "b", "long"), field(3, "c", "long", required=True))
    assert verdict(of, '{"y":1,"b":"x","z":1,"z":2,"a":"x","a":1,"x":1}') == [
        ("/b", "wrong_type"),
        ("/c", "missing_field"),
        ("/y", "unknown_field"),
        ("/z", "duplicate_field"),
        ("/a", "duplicate_field"),
        ("/x", "unknown_field"),
    ]


def test_an_object_on_the_way_is_told_once_at_the_first_field_behind_it() -> None:
    of = document(
        field(1, "first", "long"), field(2, "x", "long", required=True), field(3, "between", "long"),
        field(4, "y", "long", required=True),
        entries={"2": {"from": "/way/in/x"}, "4": {"from": "/way/y"}},
    )  # fmt: skip
    assert verdict(of, '{"first":"-","way":5,"between":"-"}') == [
        ("/first", "wrong_type"),
        ("/way", "wrong_type"),
        ("/between", "wrong_type"),
    ]
    assert verdict(of, '{"way":{"in":[],"y":1}}') == [("/way/in", "wrong_type")]
    for absent in ("{}", '{"way":null}'):
        assert verdict(of, absent) == [("/way/in/x", "missing_field"), ("/way/y", "missing_field")]
    assert verdict(of, '{"way":{"in":null,"y":1}}') == [("/way/in/x", "missing_field")]
    assert verdict(of, '{"way":{"u":1,"in":{"x":1,"v":1},"y":1},"w":1}') == [
        ("/way/u", "unknown_field"),
        ("/way/in/v", "unknown_field"),
        ("/w", "unknown_field"),
    ]
    assert verdict(of, '{"way":{},"way":{"in":{"x":1},"y":1}}') == [("/way", "duplicate_field")]
    assert verdict(of, '{"way":{"y":1,"y":2,"in":{"x":1}}}') == [("/way/y", "duplicate_field")]


def test_a_containers_own_rule_comes_before_its_items() -> None:
    of = document(
        field(1, "l", list_of(2, "long")), field(3, "m", map_of(4, 5, "long")),
        entries={"1": {"rules": {"maxItems": 1}}, "3": {"rules": {"minProperties": 3}}},
    )  # fmt: skip
    assert verdict(of, '{"l":["x","y"],"m":{"b":"x","a":1}}') == [
        ("/l", "bad_value"),
        ("/l/0", "wrong_type"),
        ("/l/1", "wrong_type"),
        ("/m", "bad_value"),
        ("/m/b", "wrong_type"),
    ]


def test_depth_comes_first() -> None:
    inner = struct_of(field(2, "a", "long"), field(3, "b", "long"))
    of = document(field(1, "s", inner), field(4, "t", "long"))
    assert verdict(of, '{"u":1,"t":"x","s":{"v":1,"b":"x"}}') == [
        ("/s/b", "wrong_type"),
        ("/s/v", "unknown_field"),
        ("/t", "wrong_type"),
        ("/u", "unknown_field"),
    ]


def test_paths_are_pointers_and_are_cut() -> None:
    of = document(field(1, "m", map_of(2, 3, "long")))
    long = "é" * 500
    assert verdict(of, json.dumps({"m": {"a/b~c": "x", long: "x"}}, ensure_ascii=False)) == [
        ("/m/a~1b~0c", "wrong_type"),
        (f"/m/{long}"[:400], "wrong_type"),
    ]


def test_the_detail_names_the_rule_and_has_twenty() -> None:
    of = document(field(1, "a", "string"), entries={"1": {"rules": {"maxLength": 1, "pattern": "x"}}})
    assert detail(of, b'{"a":"yy","b":1}') == "/a: bad_value maxLength; /b: unknown_field"
    many = json.dumps({f"u{at}": 1 for at in range(30)})
    assert detail(of, many.encode()).count(";") == 19
    assert len(verdict(of, many)) == 30


class TestExtra:
    KEEPS = document(
        field(1, "a", "long"), field(2, "m", map_of(3, 4, struct_of(field(5, "x", "long")))),
        field(6, "l", list_of(7, struct_of(field(8, "y", "long")))),
        extra="keep", ignore=["/gone", "/m/k/z", "/l/0", "/way~1out/~0"],
    )  # fmt: skip

    def kept(self, text: str) -> object:
        found = verdict(self.KEEPS, text)
        return found["_extra"] if isinstance(found, dict) else found

    def test_it_has_the_records_own_bytes_in_the_records_order(self) -> None:
        inner = '"m":{"b/~":{"p":1.10},"a":{"x":1,"o": {"i":1,"i":2}}}'
        text = f'{{"z" : [1, 1E2] ,"l":[{{}},{{"q":"\\u00e9"}}],{inner},"a":1,"\\u0062\\n":null}}'
        assert self.kept(text) == (
            '{"/z":[1, 1E2],"/l/1/q":"\\u00e9","/m/b~1~0/p":1.10,"/m/a/o":{"i":1,"i":2},"/b\\n":null}'
        )

    def test_it_is_null_where_nothing_is_unknown(self) -> None:
        assert self.kept('{"a":1}') is None

    def test_ignored_places_are_literal_and_hold_for_all_below(self) -> None:
        text = '{"gone":{"x":1},"m":{"k":{"z":{"q":1}}},"l":[{"u":1}],"way/out":{"~":1}}'
        assert self.kept(text) == '{"/way~1out":{"~":1}}'
        assert self.kept('{"l":[{},{"u":1}],"m":{"j":{"z":1}}}') == '{"/l/1/u":1,"/m/j/z":1}'
        assert self.kept('{"gone":1,"gone":1}') == [("/gone", "duplicate_field")]

    def test_an_ignored_member_is_no_unknown_field(self) -> None:
        of = document(
            field(1, "a", "long"), entries={"1": {"from": "/source/a"}}, ignore=["/source", "/schema"]
        )
        assert verdict(of, '{"schema":1,"source":{"a":1,"b":1}}') == {"a": "1"}
        assert verdict(of, '{"source":{"a":1,"b":1,"b":1}}') == [("/source/b", "duplicate_field")]

    def test_its_length_is_bounded_and_summed_before_anything_is_built(self) -> None:
        key = "k" * 20_000
        members = ",".join(f'"{at}":1' for at in range(20))
        text = f'{{"m":{{"{key}":{{{members}}}}}}}'
        kept = sum(len(f"/m/{key}/{at}") + 1 for at in range(20))
        assert kept > 4 * len(text) + 65_536
        assert self.kept(text) == [("", "extra_too_long")]

    def test_the_bound_is_exact(self) -> None:
        def text(length: int, spaces: int) -> str:
            members = ",".join(f'"{at}":1' for at in range(8))
            return f'{{"m":{{"{"k" * length}":{{{members}}}}}}}' + " " * spaces

        length = 20_000
        kept = 8 * (len("/m/") + length + len("/0") + 1)
        spaces = (kept - 65_536) // 4 - len(text(length, 0)) if (kept - 65_536) % 4 == 0 else 0
        assert spaces > 0
        assert isinstance(self.kept(text(length, spaces)), str)
        assert self.kept(text(length, spaces - 1)) == [("", "extra_too_long")]
