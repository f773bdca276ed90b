"""A decimal's stored number is what exact arithmetic says of its text, however it is written."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waybill_contracts.types.decimals import MOST_BYTES, decimal_check
from waybill_contracts.types.misfit import BAD_FORMAT, INEXACT, OUT_OF_RANGE

GRAMMAR = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?")
DIGITS = st.text("0123456789", max_size=24)
WRITTEN = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "", "", "-", "+"]),
    DIGITS,
    st.sampled_from(["", ".", ".", ".."]),
    DIGITS,
    st.sampled_from(["", "", "", "e0", "E+2", "e-3", "e"]),
)
TEXTS = WRITTEN | st.text("0123456789.-eE٣²⁵ ", max_size=12)


def expected(text: str, precision: int, scale: int) -> object:
    if len(text) > MOST_BYTES or not GRAMMAR.fullmatch(text):
        return BAD_FORMAT
    stored = Fraction(text) * 10**scale
    if abs(int(stored)) >= 10**precision:
        return OUT_OF_RANGE
    return int(stored) if stored.denominator == 1 else INEXACT


@given(text=TEXTS, precision=st.integers(1, 38), scale=st.integers(0, 38))
def test_a_text_is_stored_as_exact_arithmetic_says(text: str, precision: int, scale: int) -> None:
    scale = min(scale, precision)
    assert decimal_check("string", precision, scale)(text) == expected(text, precision, scale)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0", 0), ("0.00", 0), ("-0", 0), ("007", BAD_FORMAT), ("00", BAD_FORMAT), ("0.5", 50), (".5", BAD_FORMAT),
        ("5.", BAD_FORMAT), ("", BAD_FORMAT), ("999.99", 99999), ("1000", OUT_OF_RANGE), ("1.234", INEXACT),
        ("1.230", 123), ("٣", BAD_FORMAT), ("²", BAD_FORMAT), ("1" * 41, OUT_OF_RANGE), ("-12.5", -1250),
    ],
)  # fmt: skip
def test_what_looks_plain_is_judged_as_the_rest(text: str, found: object) -> None:
    assert decimal_check("string", 5, 2)(text) == found
