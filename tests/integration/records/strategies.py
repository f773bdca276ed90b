"""Whole Kafka records: any key, value, headers and timestamp that a broker stores, the nasty ones often."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from integration.records.rules import FIRST_MS, LAST_MS
from kafka_wire import WireRecord
from sample_events import nth_event

from waybill_streams.names import NAMES

NOW = 1_795_917_241_691
INT64 = 2**63
TOPIC = b"{topic}"
"""Stands for the topic's name, which the records of a seed don't know."""

DEEP = 100_000

FIELDS = tuple(column.name for column in NAMES.columns)


def draw(of: st.SearchStrategy[WireRecord], number: int, count: int) -> list[WireRecord]:
    """``count`` records, always the same ones for a ``number`` and a release of hypothesis."""
    found: list[WireRecord] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(of)
    def collect(record: WireRecord) -> None:
        found.append(record)

    collect()
    return found[:count]


def _json(fields: Any) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")


events = st.integers(0, 300_000).map(lambda number: NAMES.encode(nth_event(number)))

TORTURE = (
    b"",
    b"null",
    b"true",
    b"0",
    b'""',
    b"[]",
    b"{}",
    b"{",
    b"NaN",
    b"-Infinity",
    b"1e-999999999",
    b'{"id":1e-999999999}',
    b'{"latitude":1e999999999,"latitude":-1E-999999999}',
    b"-0",
    b"01",
    b"1.",
    b'{"id":"a","id":"b",}',
    b'{"id":"a","id":"b","n":' + b"9" * 5_000 + b"}",
    b"9" * 5_000,
    b"0." + b"0" * 5_000 + b"1",
    b'{"' + b"k" * 70_000 + b'":1}',
    b"[" * 1_500,
    b"[" * 1_500 + b"]" * 1_500,
    b'{"a":' * 1_500 + b"1" + b"}" * 1_500,
    b'{"id":"x","id":' + b"[" * 1_500 + b"]" * 1_500 + b"}",
    b"[" * DEEP,
    b"[" * DEEP + b"]" * DEEP,
    b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00",
    b'{"id":"\\ud800"}',
    b'{"id":"\\udc00\\ud800"}',
    b'{"\\u0000":"\\u0000"}',
    b'{"id":"\x00"}',
    b'{"id":"\xed\xa0\x80"}',
    b'{"id":"\xc0\x80"}',
    b"\x00",
    b"\x00\x00\x00\x00\x01",
    b"\x00\xff\xff\xff\xff{}",
    b"\x00\x00\x00\x00\x01\x00\x00\x00\x00\x01{}",
    b"{}\n{}",
    b"{}\x00",
    b" \t\r\n{}",
    b"// no comment\n{}",
    b"'id'",
)

VALUES = (
    b"null",
    b"true",
    b"[]",
    b"{}",
    b'""',
    b"1e400",
    b"-1e400",
    b"1e-999999999",
    b"NaN",
    b"Infinity",
    b"-0",
    b"1E2",
    b"0.1e-5",
    b"9" * 400,
    b"9" * 5_000,
    b"9007199254740993",
    b"1.00000000000000000000000000000000000000001",
    b'"\\ud800"',
    b'"\\u0000"',
    b'"1"',
    b'"female"',
    b'"2026-11-22T12:00:00Z"',
    b'"0000-01-01T00:00:00.000000Z"',
    b'"0001-01-01T00:00:00.000000Z"',
    b'"9999-12-31T23:59:59.999999Z"',
    b'"2026-02-30T00:00:00.000000Z"',
    b'"' + b"x" * 512 + b'"',
    b'"' + b"x" * 513 + b'"',
    b'"' + "\U0001f600".encode() * 512 + b'"',
    b"[" * 300 + b"]" * 300,
)
"""Put in the place of a field's."""


@st.composite
def with_another_value(draw: st.DrawFn) -> bytes:
    """An event with one field of another value, as raw text."""
    fields = json.loads(draw(events))
    chosen = draw(st.sampled_from([*FIELDS, "more", "", "id "]))
    members = [
        _json(one) + b":" + _json(value)
        for one, value in fields.items()
        if one != chosen or draw(st.booleans())
    ]
    members.insert(draw(st.integers(0, len(members))), _json(chosen) + b":" + draw(st.sampled_from(VALUES)))
    blank = draw(st.sampled_from([b"", b" ", b"\n\t"]))
    return b"{" + (b"," + blank).join(members) + b"}"


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """An event with some bytes taken out, put in, or replaced."""
    whole = draw(events)
    at = draw(st.integers(0, len(whole)))
    return whole[:at] + draw(st.binary(max_size=4)) + whole[at + draw(st.integers(0, 3)) :]


framed = st.tuples(st.binary(min_size=0, max_size=4), events | st.binary(max_size=10)).map(
    lambda pair: b"\x00" + pair[0] + pair[1]
)

huge = st.tuples(
    st.integers(100_000, 950_000), st.sampled_from([b"x", b"9", b"\\", b'"', b"\xf0\x9f\x98\x80"])
).map(lambda pair: b'{"full_name":"' + pair[1] * (pair[0] // len(pair[1])) + b'"}')

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20).map(lambda text: text.encode(errors="replace").decode()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=10,
).map(_json)


def _rarely(
    often: st.SearchStrategy[Any], seldom: st.SearchStrategy[Any], one_in: int
) -> st.SearchStrategy[Any]:
    return st.sampled_from([often] * (one_in - 1) + [seldom]).flatmap(lambda chosen: chosen)


values = _rarely(
    st.one_of(
        events,
        events,
        events,
        with_another_value(),
        with_another_value(),
        damaged(),
        framed,
        st.sampled_from(TORTURE),
        st.binary(max_size=40),
        anything,
        st.none(),
    ),
    huge,
    150,
)

places = st.sampled_from(
    [
        b"",
        b"/",
        b"names_topic/0/0",
        b"other/999999999/9999999999999999999",
        b"0/0",
        TOPIC + b"/0",
        TOPIC + b"/00/1",
        TOPIC + b"/-1/1",
        TOPIC + b"/0/18446744073709551616",
        TOPIC + b"/9999999999/1",
        b"\xff\xfe/0/0",
    ]
)
"""What a header of ours could say, and no letter of this topic is named by it."""

claims = st.sampled_from(
    [TOPIC + b"/0/0", TOPIC + b"/0/3", TOPIC + b"/0/999999", TOPIC + b"/999999999/9999999999999999999"]
)
"""Such as a redrive of ours writes: that it never happened is a finding of the audit."""

ours = st.sampled_from([b"waybill-redrive-of", b"waybill-redrive-patch", b"waybill-", b"contract"])
names = st.one_of(
    st.binary(max_size=12),
    st.sampled_from([b"", b"trace\xff\xfe", b"\x00", b"h", "ключ".encode(), b"\xed\xa0\x80", b"n" * 300]),
)
header = st.one_of(
    st.tuples(names, st.none() | st.binary(max_size=20)),
    st.tuples(ours, st.none() | st.binary(max_size=20) | places),
)
headers = _rarely(
    st.lists(header, max_size=4),
    st.tuples(st.integers(100, 600), header).map(lambda pair: [pair[1]] * pair[0]),
    40,
).map(tuple)

timestamps = st.one_of(
    st.just(NOW),
    st.just(NOW),
    st.sampled_from(
        [
            *(-1, 0, 1, -2, NOW * 1_000, NOW * 1_000_000, INT64 - 1, -INT64),
            *(FIRST_MS, FIRST_MS - 1, LAST_MS, LAST_MS + 1, -62_167_219_200_000),
            *((INT64 - 1) // 1_000, (INT64 - 1) // 1_000 + 1, -INT64 // 1_000, -INT64 // 1_000 + 1),
            *(2**31, 2**32, 2**53, 253_402_300_800_000_000),
        ]
    ),
    st.integers(-INT64, INT64 - 1),
    st.integers(FIRST_MS, LAST_MS),
)

keys = st.none() | st.binary(max_size=20) | st.just(b"k" * 1_000)

records = st.builds(WireRecord, values, keys, headers, timestamps)

claiming = st.builds(
    WireRecord,
    values,
    keys,
    st.tuples(st.just(b"waybill-redrive-of"), claims).map(lambda one: (one,)),
    timestamps,
)
"""Records that say of themselves what only a redrive may say."""
