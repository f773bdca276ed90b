"""``names`` goes by its document, and each verdict is the one of the model that its producer makes events of."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from unittest.mock import patch

import pytest
from corpus.frozen import verdicts
from hypothesis import example, given, settings
from hypothesis import strategies as st
from model_judge import Dead, judge
from sample_events import EVENT
from unit.contract.messages import message

from waybill_common.contract.framing import frame
from waybill_contracts.fast import fast_rows
from waybill_contracts.judging import RecordJudge
from waybill_delivery.events import Block, decoder_of
from waybill_streams.names import NAMES
from waybill_streams.names.contract import Name

GOOD = NAMES.encode(EVENT)
FRAMED = frame(7, GOOD)
DECODER = decoder_of(NAMES, 3)


def decode(values: list[bytes | None]) -> Block:
    return DECODER.decode(3, [message(10 + i, 1000 + i, value) for i, value in enumerate(values)])


def same_as_judge(values: list[bytes | None]) -> None:
    block = decode(values)
    verdicts = [(10 + i, judge(NAMES, value)) for i, value in enumerate(values)]
    good = [(offset, verdict) for offset, verdict in verdicts if not isinstance(verdict, Dead)]
    rows = block.rows.to_pylist()
    assert [row["kafka_offset"] for row in rows] == [offset for offset, _ in good]
    assert [{k: row[k] for k in Name.model_fields} for row in rows] == [v.model_dump() for _, v in good]
    assert [(d.record.offset, d.reason, d.detail) for d in block.dead] == [
        (offset, v.reason, v.detail) for offset, v in verdicts if isinstance(v, Dead)
    ]


def edited(**changes: Any) -> bytes:
    return json.dumps({**json.loads(GOOD), **changes}, separators=(",", ":"), ensure_ascii=False).encode()


def raw(field: str, text: str) -> bytes:
    fields = [f'"{k}":{text if k == field else json.dumps(v)}' for k, v in json.loads(GOOD).items()]
    return ("{" + ",".join(fields) + "}").encode()


EDGES = {
    "canonical": GOOD,
    "white space": json.dumps(json.loads(GOOD)).encode(),
    "another order": json.dumps(dict(reversed(json.loads(GOOD).items())), separators=(",", ":")).encode(),
    "a field twice": GOOD[:-1] + b',"nat":"US"}',
    "an unknown field": edited(shoe_size=44),
    "trailing comma": GOOD[:-1] + b",}",
    "two values": GOOD + b"," + GOOD,
    "half a value": GOOD[:40],
    "the other half": GOOD[40:],
    "byte order mark": b"\xef\xbb\xbf" + GOOD,
    "invalid UTF-8": GOOD.replace(b"Melvin", b"Mel\xffvin"),
    "NUL escaped": raw("city", '"a\\u0000b"'),
    "lone surrogate": raw("city", '"\\ud800"'),
    "surrogate pair": raw("city", '"\\ud83d\\ude00"'),
    "escaped slash": raw("city", '"a\\/b"'),
    "text for a number": raw("latitude", '"7.1"'),
    "whole number": raw("latitude", "7"),
    "negative zero": raw("latitude", "-0.0"),
    "exponent": raw("latitude", "1e1"),
    "huge exponent": raw("latitude", "1e400"),
    "tiny": raw("latitude", "5e-324"),
    "long digits": raw("latitude", "7.12345678901234567890123"),
    "big integer": raw("latitude", "123456789012345678901234567890"),
    "NaN": raw("latitude", "NaN"),
    "out of range": raw("latitude", "90.00000000000001"),
    "at the range": raw("latitude", "90"),
    "null": raw("nat", "null"),
    "null where allowed": raw("state", "null"),
    "number where text or null": raw("state", "5"),
    "empty text": edited(city=""),
    "text of 512 signs": edited(city="é" * 512),
    "text of 513 signs": edited(city="é" * 513),
    "combining signs": edited(city="e\u0301" * 300),
    "upper-case id": edited(id=json.loads(GOOD)["id"].upper()),
    "id with a line end": edited(id=json.loads(GOOD)["id"] + "\n"),
    "day that is none": edited(produced_at="2026-02-30T00:00:00.000000Z"),
    "leap day": edited(produced_at="2024-02-29T00:00:00.000000Z"),
    "year 0": edited(produced_at="0000-01-01T00:00:00.000000Z"),
    "year 1": edited(produced_at="0001-01-01T00:00:00.000000Z"),
    "year 9999": edited(produced_at="9999-12-31T23:59:59.999999Z"),
    "hour 24": edited(produced_at="2026-01-01T24:00:00.000000Z"),
    "leap second": edited(produced_at="2016-12-31T23:59:60.000000Z"),
    "offset instead of Z": edited(produced_at="2026-01-01T00:00:00.000000+00:00"),
    "milliseconds": edited(produced_at="2026-01-01T00:00:00.000Z"),
    "other digits": edited(produced_at="２026-01-01T00:00:00.000000Z"),
    "e-mail with a line end": edited(email="a@b\n"),
    "no object": b"[]",
    "a number": b"1",
    "empty": b"",
    "blank": b"  ",
    "deep": b"[" * 20_000 + b"]" * 20_000,
    "deep inside": raw("city", "[" * 5_000 + "]" * 5_000),
    "framed": FRAMED,
    "framed with the largest id": frame(2**31 - 1, GOOD),
    "framed, not canonical": frame(7, json.dumps(json.loads(GOOD)).encode()),
    "framed, invalid UTF-8": frame(7, GOOD.replace(b"Melvin", b"Mel\xffvin")),
    "framed, out of range": frame(7, raw("latitude", "91")),
    "framed twice": frame(7, FRAMED),
    "a frame and nothing": FRAMED[:5],
    "half a frame": FRAMED[:3],
    "the first byte of a frame": FRAMED[:1],
    "a frame without its first byte": FRAMED[1:],
    "a frame that lacks a byte": FRAMED[:4] + GOOD,
    "another magic byte": b"\x01" + FRAMED[1:],
    "a frame behind the JSON": GOOD + FRAMED[:5],
    "white space before a frame": b" " + FRAMED,
    "900 KB": edited(city="x" * 900_000),
    "tombstone": None,
}


@pytest.mark.parametrize("value", EDGES.values(), ids=EDGES.keys())
def test_the_verdict_is_that_of_the_model(value: bytes | None) -> None:
    same_as_judge([value])


@pytest.mark.parametrize("format", [1, 3])
def test_each_frozen_record_is_stored_as_0_1_0_stored_it(format: int) -> None:  # noqa: A002
    frozen = [*verdicts("legacy/names.jsonl.xz")]
    block = decoder_of(NAMES, format).decode(0, [message(at, 1, one) for at, (one, _) in enumerate(frozen)])
    found: dict[int, dict[str, Any]] = {
        one.record.offset: {"verdict": "dead", "reason": str(one.reason), "detail": one.detail}
        for one in block.dead
    }
    for row in block.rows.to_pylist():
        values = {name: text_of(row[name]) for name in Name.model_fields}
        found[row["kafka_offset"]] = {"verdict": "row", "values": values}
    assert [one for at, one in enumerate(frozen) if found[at] != one[1]] == []


def text_of(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    return value if value is None or isinstance(value, str) else repr(value)


def test_the_verdict_does_not_depend_on_neighbours() -> None:
    values = [v for value in EDGES.values() for v in (GOOD, value)]
    same_as_judge(values)
    same_as_judge(values[::-1])


FIELDS = st.sampled_from(list(Name.model_fields))
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20))
MANGLED = st.one_of(
    st.builds(lambda field, value: edited(**{field: value}), FIELDS, SCALARS),
    st.builds(lambda at, new: GOOD[:at] + new + GOOD[at:], st.integers(0, len(GOOD)), st.binary(max_size=3)),
    st.builds(lambda at, n: GOOD[:at] + GOOD[at + n :], st.integers(0, len(GOOD)), st.integers(1, 5)),
    st.builds(lambda lat, lon: edited(latitude=lat, longitude=lon), st.floats(-91, 91), st.floats(-181, 181)),
    st.builds(lambda day: edited(produced_at=day.isoformat() + "Z"), st.datetimes()),
    st.builds(lambda text: edited(full_name=text, city=text), st.text(max_size=30)),
    st.binary(max_size=60),
    st.none(),
    st.just(GOOD),
)
ENVELOPES = st.one_of(
    st.builds(lambda schema_id: frame(schema_id, b""), st.integers(0, 2**31 - 1)),
    st.just(FRAMED[:5] + FRAMED[:5]),
    st.builds(lambda length: FRAMED[:length], st.integers(0, 4)),
)
VALUES = st.one_of(MANGLED, st.builds(lambda envelope, value: envelope + (value or b""), ENVELOPES, MANGLED))


@settings(max_examples=200)
@given(values=st.lists(VALUES, max_size=8))
@example(values=[])
@example(values=[GOOD, FRAMED, FRAMED[:4], frame(7, FRAMED), GOOD])
def test_fast_and_slow_path_agree(values: list[bytes | None]) -> None:
    same_as_judge(values)


PUNCTUATION = st.lists(
    st.sampled_from([*'"\\\\,:{}', "null", '","', "é", "\x00", "\x1f", "\x7f"]), max_size=6
).map("".join)
"""What a record's form is told by, in places where it is part of a value, or stands for nothing."""

NUMBERS = st.from_regex(r"\A-?[0-9]{0,3}(\.[0-9]{0,19})?([eE][-+]?[0-9]{0,3})?\Z")
CUT = st.one_of(
    st.builds(lambda field, text: raw(field, f'"{text}"'), FIELDS, PUNCTUATION),
    st.builds(lambda field, text: raw(field, text), FIELDS, PUNCTUATION),
    st.builds(lambda field, text: raw(field, text), st.sampled_from(["latitude", "longitude"]), NUMBERS),
    st.builds(lambda at, text: GOOD[:at] + text.encode() + GOOD[at:], st.integers(0, len(GOOD)), PUNCTUATION),
    st.builds(lambda at: GOOD[:at], st.integers(0, len(GOOD))),
    st.builds(lambda at: GOOD[at:], st.integers(0, len(GOOD))),
    st.builds(
        lambda state, post: edited(state=state, postcode=post), *[st.sampled_from([None, "", "a"])] * 2
    ),
)


@settings(max_examples=200)
@given(
    values=st.lists(st.one_of(CUT, st.just(GOOD), st.just(FRAMED)), max_size=8),
    at_once=st.sampled_from([1, 500, 2**23]),
)
@example(values=[GOOD[:-2], GOOD], at_once=2**23)
@example(values=[GOOD[:40], GOOD[40:]], at_once=2**23)
@example(values=[b"", b'"', b"", GOOD, b'"' * 60], at_once=2**23)
def test_where_a_value_ends_is_no_neighbours_matter(values: list[bytes | None], at_once: int) -> None:
    with patch.object(fast_rows, "AT_ONCE", at_once):
        same_as_judge(values)


@pytest.mark.parametrize(
    "number", ["0", "-0", "0.0", "-0.0", "7", "-7", "7.5", "89.99999999999999", "1e1", "-0.5e-7"]
)
def test_a_number_is_the_same_to_the_last_bit(number: str) -> None:
    value = raw("latitude", number)
    [row] = decode([value]).rows.to_pylist()
    verdict = judge(NAMES, value)
    assert isinstance(verdict, Name)
    assert row["latitude"].hex() == verdict.latitude.hex()


MANY = 1200


@pytest.mark.parametrize("distinct", [1, 3, MANY], ids=["one", "few", "all"])
def test_few_distinct_values_are_judged_as_many_are(distinct: int) -> None:
    days = [f"2026-02-{1 + n % distinct % 31:02d}T00:00:00.{n % distinct:06d}Z" for n in range(MANY)]
    names = ["DK", "Dk", "D", "", "\u00c6D", "D\\n"]
    same_as_judge([edited(produced_at=day, nat=names[n % distinct % 6]) for n, day in enumerate(days)])


def test_canonical_records_never_need_the_slow_path() -> None:
    DECODER.decode(3, [message(0, 0, GOOD)])  # the spelling is learned of it
    with patch.object(RecordJudge, "judge", side_effect=AssertionError("slow path")):
        assert (
            decode([FRAMED, GOOD, NAMES.encode(EVENT.model_copy(update={"city": "تهران ☃"}))]).rows.num_rows
            == 3
        )


def test_a_frame_changes_nothing_in_the_row() -> None:
    plain, framed = decode([GOOD]).rows, decode([FRAMED]).rows
    assert framed == plain


@pytest.mark.parametrize("value", [frame(7, b"{}"), frame(7, FRAMED), FRAMED[:3]])
def test_a_dead_letter_keeps_its_frame(value: bytes) -> None:
    [dead] = decode([value]).dead
    assert dead.record.value == value


def test_the_coordinates_are_the_records() -> None:
    [row] = decode([GOOD]).rows.to_pylist()
    assert (row["kafka_partition"], row["kafka_offset"]) == (3, 10)
    assert row["kafka_timestamp"].timestamp() == 1.0
