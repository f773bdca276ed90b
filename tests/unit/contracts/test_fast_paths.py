"""Which records the fast paths take, and with which values."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from unit.contracts.avro_bytes import array, avro, encoded, mapped, optional, record
from unit.contracts.documents import document, field, list_of, map_of, meaning, struct_of

from waybill_contracts.columns.arrow_types import PARQUET
from waybill_contracts.document import ContractDocument, parse_pattern
from waybill_contracts.fast import BlockJudge, rows_by
from waybill_contracts.fast.choosing import paths_of
from waybill_contracts.fast.nulls import spread
from waybill_contracts.fast.paths import FastPaths
from waybill_contracts.fast.patterns import for_re2
from waybill_contracts.judging import DeadRecord, JudgedRow, KafkaInput, RecordJudge
from waybill_contracts.types.matcher import make_search

ORDER = (
    field(1, "id", "long", required=True),
    field(2, "amount", "decimal(18, 2)"),
    field(3, "at", "timestamptz", required=True),
    field(4, "who", struct_of(field(5, "name", "string"), field(6, "ok", "boolean", required=True))),
    field(7, "items", list_of(8, struct_of(field(9, "sku", "string"), field(10, "price", "double")))),
)


def an_order(number: int) -> dict[str, Any]:
    order: dict[str, Any] = {
        "id": number,
        "amount": number / 4,
        "at": f"2026-11-29T13:00:{number % 60:02}.5+01:00",
        "who": {"name": f"Zoë {number}", "ok": True} if number % 3 else None,
        "items": [{"sku": "a", "price": 1.5}, {"sku": "b"}][: number % 3],
    }
    return {name: one for at, (name, one) in enumerate(order.items()) if at in (0, 2) or (number + at) % 5}


def spelled(style: str, tree: dict[str, Any]) -> bytes:
    styles: dict[str, dict[str, Any]] = {
        "compact": {"separators": (",", ":"), "ensure_ascii": False},
        "default": {},
        "indented": {"indent": 2},
        "Jackson": {"separators": (",", " : "), "ensure_ascii": False},
    }
    return json.dumps(tree, **styles[style]).encode()


def taken_of(of: ContractDocument, values: list[bytes]) -> list[bool]:
    """Both judges agree, too."""
    records = [KafkaInput(one) for one in values]
    judge = RecordJudge(of)
    assert [*map(repr, BlockJudge(of, most=20).judge(records))] == [repr(judge.judge(one)) for one in records]
    fast = paths_of(of)
    assert fast is not None
    return [*map(bool, rows_by(fast, pa.array(values, pa.large_binary()), [()] * len(values)).taken)]


@pytest.mark.parametrize("extra", ["dead", "keep", "ignore"])
@pytest.mark.parametrize("style", ["compact", "default", "indented", "Jackson"])
def test_every_record_of_a_fixed_spelling_is_taken(style: str, extra: str) -> None:
    """With a fifth of the optional members absent, each by itself; nested; in any separators and order."""
    values = [spelled(style, an_order(number)) for number in range(200)]
    assert all(taken_of(document(*ORDER, extra=extra), values))


@pytest.mark.parametrize("number", [7, 0x22, 0x5C, 0x80], ids=["any", "a mark", "a backslash", "no UTF-8"])
@pytest.mark.parametrize(("frame", "begin", "length"), [("confluent", b"\x00", 5), ("glue", b"\x03\x00", 18)])
def test_what_a_frame_holds_keeps_no_record_from_being_taken(
    frame: str, begin: bytes, length: int, number: int
) -> None:
    head = begin.ljust(length, bytes([number]))
    values = [head + spelled("compact", an_order(at)) for at in range(40)]
    bad = [b"\x01" + values[0][1:], spelled("compact", an_order(1)), head, head[:-1], b""]
    of = document(*ORDER, value={"format": "json", "frame": frame})
    assert taken_of(of, [*values, *bad, values[0]]) == [True] * 40 + [False] * 5 + [True]


def test_records_of_two_producers_are_taken() -> None:
    orders = [an_order(number) for number in range(200)]
    values = [
        spelled("default", one) if at % 2 else spelled("compact", {name: one[name] for name in reversed(one)})
        for at, one in enumerate(orders)
    ]
    assert all(taken_of(document(*ORDER), values))


def test_members_that_no_field_describes_are_kept_as_they_stand() -> None:
    of = document(*ORDER, extra="keep", ignore=["/trace"])
    more = {"n": 1.50, "t": 'a"\\é', "trace": {"of": [{"x": 1}, {"x": None}]}, "o": {"k": ["~/", "x"]}}
    values = [spelled("default", an_order(number) | more) for number in range(20)]
    assert all(taken_of(of, values))
    found = FastPaths(of).read(pa.array(values, pa.large_binary()))
    assert found.extra[0].as_py() == r'{"/n":1.5,"/t":"a\"\\\u00e9","/o":{"k": ["~/", "x"]}}'


@pytest.mark.parametrize(
    "other",
    [
        b'{"id": 1, "at": "2026-11-29T13:00:00Z", "id": 1}',
        b'{"id": 1, "at": "2026-11-29T13:00:00Z"',
        b'{"id": 1, "at": "2026-11-29T13:00:00Z"}}',
        b'{"id": 01, "at": "2026-11-29T13:00:00Z"}',
        b'{"id": 1e0, "at": "2026-11-29T13:00:00Z"}',
        b'{"id": 9223372036854775808, "at": "2026-11-29T13:00:00Z"}',
        b'{"id": 1, "at": "2026-02-30T13:00:00Z"}',
        b'{"id": 1, "at": "2026-11-29T13:00:00\xff"}',
        b'{"id": 1, "amount": 1e-999999999, "at": "2026-11-29T13:00:00Z"}',
        b'{"id": 1, "amount": NaN, "at": "2026-11-29T13:00:00Z"}',
        b'{"id": 1, "amount": 1.005, "at": "2026-11-29T13:00:00Z"}',
        b'{"id": 1, "at": "2026-11-29T13:00:00Z", "x": 1}',
        b'{"id": 1, "at": "2026-11-29T13:00:00Z", "who": {"name": "a"}}',
        b"null",
        b"[" * 200,
        b"",
    ],
    ids=lambda one: one[:60].decode("latin-1"),
)
def test_a_dead_letter_among_rows_is_never_taken(other: bytes) -> None:
    values = [spelled("default", an_order(number)) for number in range(50)]
    values.insert(25, other)
    assert taken_of(document(*ORDER), values) == [at != 25 for at in range(51)]


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("1.100", "1.10"),
        ("1E+2", "100.00"),
        ("-0", "0.00"),
        ("0.00000", "0.00"),
        ("99999999999999.990", "99999999999999.99"),
    ],
)
def test_a_rare_spelling_of_a_number_is_read_as_the_judge_reads_it(value: str, amount: str) -> None:
    of = document(*ORDER)
    values = [
        f'{{"id": 1, "amount": {one}, "at": "2026-11-29T13:00:00Z"}}'.encode() for one in ("1.5", value)
    ]
    assert taken_of(of, values) == [True, True]
    found = FastPaths(of).read(pa.array(values, pa.large_binary()))
    assert str(found.rows["amount"][1].as_py()) == amount


def test_an_extra_that_may_be_too_long_is_left_to_the_judge() -> None:
    """Members far below long names, spelled like those of rows that are longer themselves."""
    way = [letter * 120 for letter in "abcde"]
    of = document(field(1, "v", "long"), entries={"1": {"from": f"/{'/'.join(way)}/v"}}, extra="keep")

    def value(text: str) -> bytes:
        found: Any = {str(at): text for at in range(130)}
        for name in reversed(way):
            found = {name: found}
        return json.dumps(found).encode()

    assert taken_of(of, [value("x" * 100)] * 3 + [value("")]) == [False] * 4
    assert isinstance(RecordJudge(of).judge(KafkaInput(value("x" * 100))), JudgedRow)
    assert isinstance(RecordJudge(of).judge(KafkaInput(value(""))), DeadRecord)


def test_a_map_is_left_to_the_judge() -> None:
    of = document(field(1, "m", map_of(2, 3, "long")))
    assert taken_of(of, [b'{"m": {"a": 1}}', b'{"m": null}', b'{"m": null}']) == [False, True, True]


def test_what_was_learned_of_one_block_serves_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = FastPaths(document(*ORDER))
    values = pa.array([spelled("default", an_order(number)) for number in range(100)], pa.large_binary())
    assert fast.read(values).taken.all()
    monkeypatch.setattr(RecordJudge, "judge", None)
    assert fast.read(values).taken.all()


def test_taken_rows_are_written_as_the_contract_stores_them() -> None:
    """Nested nulls, too."""
    of = document(*ORDER)
    values = [spelled("default", an_order(number)) for number in range(100)]
    rows = FastPaths(of).read(pa.array(values, pa.large_binary())).rows
    rows.validate(full=True)
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink, **PARQUET)
    assert pq.read_table(pa.BufferReader(sink.getvalue())).to_pylist() == rows.to_pylist()


@pytest.mark.parametrize(
    "inner",
    [
        pa.string(),
        pa.decimal128(9, 2),
        pa.list_(pa.int64()),
        pa.struct([pa.field("e", pa.int64(), nullable=False)]),
    ],
    ids=str,
)
def test_a_null_struct_has_no_nulls_inside_though_the_first_one_lacks_what_is_required(
    inner: pa.DataType,
) -> None:
    """The first one is a dead letter, and is left out; what stands around it is written."""
    of = pa.struct([pa.field("d", inner, nullable=False)])
    lacking = pa.StructArray.from_arrays([pa.nulls(1, inner)], fields=[*of])
    found = spread(lacking, np.array([0]), 2).slice(1)
    pq.write_table(
        pa.table([found], schema=pa.schema([pa.field("b", of)])), pa.BufferOutputStream(), **PARQUET
    )
    assert found.to_pylist() == [None]


@pytest.mark.parametrize(
    "pattern",
    [
        "^a+$",
        "a|",
        "(?:^a|b$)",
        ".",
        "^.$",
        r"\D",
        r"[^\W0-9]",
        r"[\\\]a-c]",
        "(a{2}|b)*c",
        "()",
        "(^)*a",
        "é{1,2}",
        "x{0}y",
    ],
)
def test_a_pattern_means_the_same_to_both_engines(pattern: str) -> None:
    texts = [
        "",
        "a",
        "aa",
        "ab",
        "b",
        "c",
        "aac",
        "\n",
        "\r",
        "\u2028",
        "é",
        "éé",
        "😀",
        "7",
        "_",
        "y",
        "\\",
        "]",
        "a\n",
        "\u0661",
        "\x00",
    ]
    search = make_search(parse_pattern(pattern))
    found = pc.match_substring_regex(pa.array(texts), for_re2(pattern)).to_pylist()
    assert found == [search(one) for one in texts]


@pytest.mark.parametrize("text", ["null", " null\n"])
def test_json_in_a_text_of_avro_is_null_where_the_text_says_so_and_dead_where_a_value_is_required(
    text: str,
) -> None:
    """At the root, behind a union, in a list and in a map: the texts beside it are taken all the same."""
    schema = record(
        "r", ("v", "string"), ("u", optional("string")), ("l", array("string")), ("m", mapped("string"))
    )
    said = meaning("json", wire="string")
    good: dict[str, Any] = {"v": "1", "u": (1, "[2]"), "l": ['"a"'], "m": [("k", "{}")]}
    nulls: list[dict[str, Any]] = [{"v": text}, {"u": (1, text)}, {"l": ["1", text]}, {"m": [("k", text)]}]
    values = [encoded(schema, one) for one in (good, *(good | one for one in nulls), good)]
    for required in (True, False):
        of = avro(
            schema,
            field(1, "v", "string", required=required),
            field(2, "u", "string", required=required),
            field(3, "l", list_of(4, "string", required=required)),
            field(5, "m", map_of(6, 7, "string", required=required)),
            entries=dict.fromkeys(("1", "2", "4", "7"), said),
        )
        assert taken_of(of, values) == [True, *[not required] * 4, True]
