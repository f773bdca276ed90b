"""A datum's bytes: what is one, and that nothing is built which they can't hold."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pyarrow as pa
import pytest
from unit.contracts.avro_bytes import array, avro, encoded, logical, mapped, optional, record, sized, whole
from unit.contracts.documents import document, field, list_of, map_of, struct_of, verdict

from waybill_contracts.avro import DatumReader, NotAvro, parse_schema
from waybill_contracts.by_hand import RecordByHand, by_the_fast_paths, by_the_judge
from waybill_contracts.document import ContractDocument
from waybill_contracts.fast import paths_of, rows_by
from waybill_contracts.judging import FolderWindow, KafkaInput

BROKEN = [("", "not_avro")]
LONG = avro((("v", "long"),), field(1, "v", "long"))
TEXT = avro((("v", "string"),), field(1, "v", "string"))


@pytest.mark.parametrize(
    ("datum", "value"),
    [
        (b"\x00", "0"),
        (b"\x01", "-1"),
        (b"\x80\x01", "64"),
        (b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", "9223372036854775807"),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "-9223372036854775808"),
        (b"\x82\x00", "1"),
    ],
    ids=["0", "-1", "two bytes", "largest", "smallest", "a group too many"],
)
def test_a_long_is_read_from_one_to_ten_bytes(datum: bytes, value: str) -> None:
    assert verdict(LONG, datum) == {"v": value}


@pytest.mark.parametrize(
    "datum",
    [b"", b"\x80", b"\x00\x00", b"\xff" * 9 + b"\x02", b"\x80" * 10 + b"\x00", b"\xff" * 20],
    ids=["nothing", "cut", "left over", "65 bits", "eleven bytes", "endless"],
)
def test_what_is_cut_too_long_or_left_over_is_no_datum(datum: bytes) -> None:
    assert verdict(LONG, datum) == BROKEN


def test_an_int_has_32_bits() -> None:
    of = avro((("v", "int"),), field(1, "v", "long"))
    assert verdict(of, whole(2**31 - 1)) == {"v": "2147483647"}
    assert verdict(of, whole(-(2**31))) == {"v": "-2147483648"}
    for beyond in (whole(2**31), whole(-(2**31) - 1), b"\x80\x80\x80\x80\x80\x00"):
        assert verdict(of, beyond) == BROKEN


@pytest.mark.parametrize("length", [-1, 3, 2**31, 2**62, -(2**63)])
def test_a_length_beyond_the_bytes_is_told_before_anything_is_taken(length: int) -> None:
    for kind in ("string", "bytes"):
        assert (
            verdict(
                avro((("v", kind),), field(1, "v", kind.replace("bytes", "binary"))), whole(length) + b"ab"
            )
            == BROKEN
        )


@pytest.mark.parametrize(
    "text", [b"\xff", b"\xed\xa0\x80", b"\xc0\x80"], ids=["no lead", "surrogate", "overlong"]
)
def test_a_text_is_utf8_whether_or_not_a_column_has_it(text: bytes) -> None:
    assert verdict(TEXT, sized(text)) == BROKEN
    hidden = avro((("a", "int"), ("v", "string")), field(1, "a", "int"), extra="ignore")
    assert verdict(hidden, b"\x02" + sized(text)) == BROKEN
    keys = avro((("v", mapped("int")),), field(1, "v", map_of(2, 3, "int")))
    assert verdict(keys, whole(1) + sized(text) + b"\x02\x00") == BROKEN


def test_a_boolean_is_one_of_two_bytes() -> None:
    of = avro((("v", "boolean"),), field(1, "v", "boolean"))
    assert [verdict(of, bytes((one,))) for one in range(3)] == [{"v": "false"}, {"v": "true"}, BROKEN]


@pytest.mark.parametrize("bits", ["0100807f", "0000c07f", "010080ff", "0000807f"])
def test_what_is_no_number_is_out_of_range_whichever_bits_say_so(bits: str) -> None:
    of = avro((("v", "float"),), field(1, "v", "double"))
    assert verdict(of, bytes.fromhex(bits)) == [("/v", "out_of_range")]


@pytest.mark.parametrize("at", [-1, 2, 2**40], ids=str)
def test_a_branch_or_a_symbol_that_the_schema_lacks_is_no_avro(at: int) -> None:
    enum = {"type": "enum", "name": "E", "symbols": ["A", "B"]}
    for kind in (enum, optional("int"), ["int", "string"]):
        assert verdict(avro((("v", kind),), field(1, "v", "string")), whole(at) + b"\x00") == BROKEN


@pytest.mark.parametrize("size", [0, 4], ids=["no bytes", "some"])
def test_fixed_takes_its_size(size: int) -> None:
    of = avro((("v", {"type": "fixed", "name": "F", "size": size}),), field(1, "v", "binary"))
    assert verdict(of, b"\xab" * size) == {"v": "ab" * size}
    assert verdict(of, b"\xab" * (size + 1)) == BROKEN


def test_arrays_and_maps_come_in_blocks() -> None:
    of = avro((("v", array("int")),), field(1, "v", list_of(2, "int")))
    assert verdict(of, b"\x00") == {"v": []}
    assert verdict(of, b"\x02\x02\x04\x04\x06\x00") == {"v": ["1", "2", "3"]}
    assert verdict(of, whole(-2) + whole(2) + b"\x02\x04" + b"\x02\x06\x00") == {"v": ["1", "2", "3"]}
    of = avro((("v", mapped("int")),), field(1, "v", map_of(2, 3, "int")))
    assert verdict(of, b"\x02\x02b\x02" + b"\x02\x02a\x04" + b"\x00") == {"v": [["a", "2"], ["b", "1"]]}
    assert verdict(of, b"\x04\x02a\x02\x02a\x04\x00") == [("/v/a", "duplicate_field")]


@pytest.mark.parametrize("size", [1, 3, -2, 2**62], ids=str)
def test_a_block_has_the_size_that_it_tells(size: int) -> None:
    of = avro((("v", array("int")),), field(1, "v", list_of(2, "int")))
    assert verdict(of, whole(-2) + whole(size) + b"\x02\x04\x00") == BROKEN


NULLS = avro((("v", array("null")),), field(1, "v", list_of(2, "int")))
IDLE: dict[str, tuple[Any, Any]] = {
    "null": ("null", "int"),
    "no fields": (record("E"), struct_of(field(9, "x", "int"))),
    "nulls in a record": (record("E", ("n", "null"), ("m", "null")), struct_of(field(9, "n", "int"))),
    "fixed of none": ({"type": "fixed", "name": "F", "size": 0}, "binary"),
}


@pytest.mark.parametrize("what", IDLE)
def test_items_of_no_bytes_are_at_most_10_000_a_record(what: str) -> None:
    kind, column = IDLE[what]
    again = kind if isinstance(kind, str) else kind["name"]
    schema = (("v", array(kind)), ("w", array(again)))
    of = avro(schema, field(1, "v", list_of(2, column)), extra="ignore")
    assert len(verdict(of, whole(6_000) + b"\x00" + whole(4_000) + b"\x00")["v"]) == 6_000
    assert verdict(of, whole(6_000) + b"\x00" + whole(4_001) + b"\x00") == BROKEN
    assert verdict(of, (whole(100) * 101) + b"\x00" + b"\x00") == BROKEN


@pytest.mark.parametrize("count", [2**60, -(2**60), 2**62, -(2**63)], ids=str)
@pytest.mark.parametrize("kind", ["null", "long", "boolean"])
def test_a_count_of_a_few_bytes_fills_no_memory(count: int, kind: str) -> None:
    of = avro((("v", array(kind)),), field(1, "v", list_of(2, "long")))
    datum = whole(count) + b"\x00" * 8
    verdict(of, datum)
    tracemalloc.start()
    try:
        assert verdict(of, datum) == BROKEN
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_records_that_hold_each_other_twice_build_nothing_that_takes_no_bytes() -> None:
    kind: Any = record("R0", ("n", "null"))
    for at in range(1, 28):
        kind = record(f"R{at}", ("a", kind), ("b", f"R{at - 1}"))
    assert verdict(avro((("v", kind), ("w", "int")), field(1, "w", "int"), extra="ignore"), b"\x02") == {
        "w": "1"
    }


def nested_lists(depth: int) -> tuple[ContractDocument, bytes]:
    kind: Any = "int"
    for _ in range(depth):
        kind = array(kind)
    return avro(
        (("v", kind), ("w", "int")), field(1, "w", "int"), extra="ignore"
    ), b"\x02" * depth + b"\x02" + b"\x00" * depth


def test_a_datum_is_at_most_100_deep() -> None:
    link = record("Link", ("next", ["null", "Link"]), ("n", "int"))
    of = avro(link, field(1, "n", "int"), extra="ignore")
    for depth, said in ((1, {"n": "1"}), (100, {"n": "1"}), (101, BROKEN), (100_000, BROKEN)):
        assert verdict(of, b"\x02" * (depth - 1) + b"\x00" + b"\x02" * depth) == said
    # A schema's own text has at most 100 brackets open.
    of, datum = nested_lists(90)
    assert verdict(of, datum + b"\x02") == {"w": "1"}


def test_references_may_make_ways_through_more_records_than_python_has_frames() -> None:
    before = [record("R0", ("n", "int"))]
    before += [record(f"R{at}", ("next", optional(f"R{at - 1}"))) for at in range(1, 1_000)]
    texts = [json.dumps(before[at : at + 10]) for at in range(0, 1_000, 10)]
    schema = parse_schema(json.dumps(record("top", ("next", optional("R999")))), tuple(texts))
    read = DatumReader(schema).read
    assert read(b"\x00") == [None]
    assert read(b"\x02\x02\x00") == [[[None]]]
    with pytest.raises(NotAvro, match="too deep"):
        read(b"\x02" * 1_000)


def test_a_recursive_type_is_described_as_far_as_the_contract_goes() -> None:
    link = record("Link", ("n", "int"), ("next", ["null", "Link"]))
    inner = struct_of(field(3, "n", "int"))
    of = avro(link, field(1, "n", "int"), field(2, "next", inner))
    assert verdict(of, b"\x02\x02\x04\x00") == [("/next/next", "unknown_field")]
    of = avro(link, field(1, "n", "int"), field(2, "next", inner), ignore=["/next/next"])
    assert verdict(of, b"\x02\x02\x04\x00") == {"n": "1", "next": {"n": "2"}}
    assert verdict(of, b"\x02\x00") == {"n": "1", "next": None}


def test_unions_of_records_with_such_unions_are_put_together_in_time() -> None:
    following: list[Any] = ["null", *(f"R{at}" for at in range(6))]
    schema = record("top")
    schema["fields"] = [{"name": f"f{at}", "type": record(f"R{at}", ("n", "null"))} for at in range(6)]
    for one in schema["fields"]:
        one["type"]["fields"].append({"name": "next", "type": following[: 1 + int(one["name"][1:]) + 1]})
    schema["fields"].append({"name": "next", "type": following})
    inner: Any = "int"
    for at in range(18):
        inner = struct_of(field(at + 2, "next", inner))
    of = avro(schema, field(1, "next", inner), extra="ignore")
    assert verdict(of, b"\x00" * 7) == {"next": None}


def test_ways_through_unions_of_records_with_such_unions_are_put_together_in_time() -> None:
    schema = record("top")
    for at in range(60):
        branches = ["null", *(f"R{before}" for before in range(at + 1))]
        schema["fields"].append({"name": f"f{at}", "type": record(f"R{at}", ("a", branches))})
    schema["fields"].append({"name": "a", "type": branches})
    of = avro(schema, field(1, "v", "int"), extra="ignore", entries={"1": {"from": "/a" * 8}})
    assert verdict(of, b"\x00" * 61) == {"v": None}
    assert verdict(of, b"\x00" * 60 + whole(60) + b"\x02\x00") == {"v": None}


def test_a_schema_with_more_steps_than_bytes_is_left_to_the_judge() -> None:
    schema = record("top")
    schema["fields"] = [{"name": "r0", "type": record("R0", ("n", "int"))}]
    for at in range(1, 25):
        inner = record(f"R{at}", ("a", optional(f"R{at - 1}")), ("b", optional(f"R{at - 1}")))
        schema["fields"].append({"name": f"r{at}", "type": inner})
    assert verdict(avro(schema, field(1, "x", "int"), extra="ignore"), b"\x00" * 49) == {"x": None}


FRAMES = {
    "confluent": b"\x00\x00\x00\x00\x01",
    "apicurio": b"\x00" * 9,
    "glue": b"\x03\x00" + b"i" * 16,
    "confluent_header": b"",
}


@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_comes_off_first_and_its_id_is_not_asked_for(frame: str) -> None:
    schema = json.dumps(record("r", ("v", "int")))
    of = document(field(1, "v", "int"), value={"format": "avro", "frame": frame, "schema": schema})
    assert verdict(of, FRAMES[frame] + b"\x02") == {"v": "1"}
    assert verdict(of, FRAMES[frame]) == [("", "bad_frame")]
    if frame != "confluent_header":
        assert verdict(of, b"\x02") == [("", "bad_frame")]


def test_a_tombstone_is_no_datum_and_bytes_of_none_may_be_one() -> None:
    assert verdict(LONG, None) == [("", "null_value")]
    assert verdict(avro((), field(1, "v", "int")), b"") == {"v": None}
    assert verdict(LONG, b"") == BROKEN


def test_what_stands_around_a_broken_datum_is_told_before_it() -> None:
    of = avro((("v", "long"),), field(1, "v", "long"), key={"format": "text"})
    assert verdict(of, b"", key=b"\xff") == [("kafka_key", "bad_key"), ("", "not_avro")]


def test_a_long_datum_is_read_in_time() -> None:
    of = avro((("v", array(logical("long", "timestamp-millis"))),), field(1, "v", list_of(2, "timestamptz")))
    assert len(verdict(of, encoded(array("long"), [1] * 2_000))["v"]) == 2_000


def test_datums_of_one_schema_are_read_together() -> None:
    items = record("item", ("sku", "string"), ("price", logical("bytes", "decimal", precision=9, scale=2)))
    schema = record(
        "order",
        ("id", "string"),
        ("at", logical("long", "timestamp-millis")),
        ("note", optional("string")),
        ("state", {"type": "enum", "name": "S", "symbols": ["A", "B"]}),
        ("tags", mapped("long")),
        ("items", array(items)),
        ("left_out", mapped(array(optional("double")))),
    )
    of = avro(
        schema,
        field(1, "id", "string", required=True),
        field(2, "at", "timestamptz", required=True),
        field(3, "note", "string"),
        field(4, "state", "string"),
        field(5, "tags", map_of(6, 7, "long")),
        field(
            8, "items", list_of(9, struct_of(field(10, "sku", "string"), field(11, "price", "decimal(9, 2)")))
        ),
        ignore=["/left_out"],
    )
    datums = [
        encoded(
            schema,
            {
                "id": f"o-{at}",
                "at": 1764421200000 + at,
                "note": (at % 2, "é" if at % 2 else None),
                "state": "AB"[at % 2],
                "tags": [("b", at), ("a", -at)][: at % 3],
                "items": [{"sku": str(one), "price": bytes((at % 128,))} for one in range(at % 7)],
                "left_out": [("k", [(1, 0.5), (0, None)])] * (at % 2),
            },
        )
        for at in range(700)
    ]
    paths = paths_of(of)
    assert paths is not None
    taken = rows_by(paths, pa.array([*datums, None, b"", datums[0][:-1]], pa.large_binary()), ()).taken
    assert taken.tolist() == [*[True] * 700, *[False] * 3]
    judge, fast = by_the_judge(of), by_the_fast_paths(of)
    records = [RecordByHand(KafkaInput(one), FolderWindow()) for one in datums]
    assert [*fast(records)] == [judge(one) for one in records]
