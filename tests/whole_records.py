"""Whole Kafka records, as strange as the protocol allows, and what a delivery makes of each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from model_judge import Dead, judge
from sample_events import fields

from waybill_streams.names import NAMES

EVENT = fields(full_name='Ásta "Á" \t', city="تهران", latitude=0.1, longitude=-0.0)
_EDGES = (-62135596800000, 253402300799999, 9223372036854775, -9223372036854775)
STAMPS = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from(
        [-1, 0, -2, 2**63 - 1, -(2**63), 1795917241691, 1795917241691000, 1795917241691000000]
        + [edge + by for edge in _EDGES for by in (-1, 0, 1)]
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Whole:
    """A record; ``row`` has its event's fields as Python values, None where it is a dead letter."""

    stamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[bytes, bytes | None], ...]

    @property
    def row(self) -> dict[str, Any] | None:
        found = judge(NAMES, self.value)
        return None if isinstance(found, Dead) else dict(found)


def _spelled(fields: list[tuple[str, str]], blank: str, end: str) -> str:
    members = f",{blank}".join(f'"{name}"{blank}:{blank}{text}' for name, text in fields)
    return f"{blank}{{{members}}}{end}"


_NUMBERS = st.one_of(
    st.sampled_from(["0", "-0", "-0.0", "1e1", "1E-3", "1e-400", "-1e-400", "1e400", "5e-324", "0.1", "90", "01"]),
    st.sampled_from(["NaN", "-Infinity", "1.7976931348623157e-308", "1" * 5000, "0." + "3" * 5000, "1e-999999999"]),
    st.floats(-90, 90).map(repr),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)  # fmt: skip
_STRINGS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).map(json.dumps),
    st.sampled_from(
        [r'"\ud83d\ude00"', r'"\ud800"', r'"\u0000"', '"\\/"', '"é"', '"\x01"', '"\x7f"', '"a"b']
    ),
)
_NESTED = st.sampled_from(
    ["[]", "{}", "[1,{}]", "[1,]", '{"a":1,}', "[" * 150 + "]" * 150, "[" * 1500 + "]" * 1500, "true"]
)
_ANY = st.one_of(_NUMBERS, _STRINGS, _NESTED)


@st.composite
def _events(draw: st.DrawFn) -> str:
    """An event in some spelling, mostly sound, with a few members more, changed or repeated."""
    fields = [(name, json.dumps(value, ensure_ascii=draw(st.booleans()))) for name, value in EVENT.items()]
    for name, texts in (("latitude", _NUMBERS), ("longitude", _NUMBERS), ("city", _STRINGS)):
        if draw(st.integers(0, 5)) == 0:
            fields = [(one, draw(texts) if one == name else text) for one, text in fields]
    for _ in range(draw(st.sampled_from([0, 0, 0, 0, 1, 2]))):
        name = draw(st.sampled_from([*EVENT, "strange"]))
        fields.insert(draw(st.integers(0, len(fields))), (name, draw(_ANY)))
    if draw(st.integers(0, 9)) == 0:
        fields = draw(st.permutations(fields))
    blank = draw(st.sampled_from(["", "", " ", "\n\t"]))
    end = draw(st.sampled_from([""] * 9 + [" ", ",", "}", "\x00"]))
    return _spelled(fields, blank, end)


_VALUES = st.one_of(
    *[_events().map(str.encode)] * 4,
    _events().map(lambda text: b"\x00\x00\x00\x00\x07" + text.encode()),
    st.sampled_from([None, b"", b"\x00", b"\xff\xfe", b"null", b"[]", b'{"id":"a","id":"b",}', b'{"id":1}']),
    st.binary(max_size=50),
    st.sampled_from([b'{"id":' + b"[" * 1500, b'{"a":1,"a":' + b"9" * 5000 + b"}", b"\xef\xbb\xbf{}"]),
)
_NAMES = st.one_of(
    st.sampled_from([b"h", b"", b"trace\xff\xfe", "é".encode(), b"waybill-redrive-of"]),
    st.binary(max_size=8).map(lambda name: name.replace(b"\x00", b"")),
)
_BYTES = st.none() | st.binary(max_size=20)
HEADERS = st.lists(st.tuples(_NAMES, _BYTES), max_size=3).map(tuple)
WHOLE = st.builds(Whole, STAMPS, _BYTES, _VALUES, HEADERS)
