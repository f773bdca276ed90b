"""The Confluent wire format, byte by byte, and what a frame means for the verdict: nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_judge import Dead, judge, unframe
from sample_events import EVENT

from waybill_common.contract import Reason
from waybill_common.contract.framing import frame
from waybill_streams.names import NAMES

IDS = st.integers(0, 2**31 - 1)


def test_a_frame_is_a_zero_byte_and_the_id_in_four_bytes_big_endian() -> None:
    assert frame(0x01020304, b"{}") == b"\x00\x01\x02\x03\x04{}"


@given(schema_id=IDS, text=st.binary())
def test_what_was_framed_comes_back(schema_id: int, text: bytes) -> None:
    assert unframe(frame(schema_id, text)) == text


@given(schema_id=IDS)
def test_the_id_is_not_judged(schema_id: int) -> None:
    assert judge(NAMES, frame(schema_id, NAMES.encode(EVENT))) == EVENT


@pytest.mark.parametrize("length", range(1, 6))
def test_a_frame_without_json_is_a_dead_letter(length: int) -> None:
    assert judge(NAMES, frame(1, b"{")[:length]) == Dead(Reason.NOT_JSON, "")


def test_a_second_frame_is_no_json() -> None:
    assert judge(NAMES, frame(1, frame(1, NAMES.encode(EVENT)))) == Dead(Reason.NOT_JSON, "")


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"id": 1}', b"\xff", b" "])
def test_the_verdict_is_that_of_the_json_behind_the_frame(text: bytes) -> None:
    assert judge(NAMES, frame(9, text)) == judge(NAMES, text)
