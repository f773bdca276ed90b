"""Every 64 bits of a Kafka timestamp have a place: as an instant, as none, or in a dead letter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from confluent_kafka import Message
from hypothesis import example, given, settings
from hypothesis import strategies as st
from names_columns import OLD_ROWS, ROWS
from sample_events import EVENT
from unit.contract.messages import message

from waybill_common.contract import Reason
from waybill_common.contract.arrow import DEAD_LETTERS, OLD_DEAD_LETTERS
from waybill_delivery.events import Block, decoder_of
from waybill_delivery.objects import dead_letter_part
from waybill_streams.names import NAMES

GOOD = NAMES.encode(EVENT)
SPACED = GOOD.replace(b",", b", ")
BROKEN = b'{"id":1}'
DECODERS = {number: decoder_of(NAMES, number) for number in (1, 2, 3)}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LEAST, MOST = -(2**63), 2**63 - 1
YEAR_1, YEAR_9999 = -62_135_596_800_000, 253_402_300_799_999
INT64_MICROS = (2**63 - 1) // 1000


def decode(stamps: list[int], value: bytes, format: int) -> Block:  # noqa: A002
    return DECODERS[format].decode(
        0, [message(at, milliseconds, value) for at, milliseconds in enumerate(stamps)]
    )


def micros(block: Block) -> list[int | None]:
    found: list[int | None] = block.rows["kafka_timestamp"].cast(pa.int64()).to_pylist()
    return found


STAMPS = st.one_of(
    st.integers(LEAST, MOST),
    st.sampled_from(
        [-2, -1, 0, 1, LEAST, MOST, INT64_MICROS, INT64_MICROS + 1, -INT64_MICROS, -INT64_MICROS - 1]
    ),
    st.sampled_from([YEAR_1 - 1, YEAR_1, YEAR_9999, YEAR_9999 + 1, 1_795_917_241_691_000_000]),
)


@settings(max_examples=60)
@given(stamps=st.lists(STAMPS, max_size=6), value=st.sampled_from([GOOD, SPACED]))
@example(stamps=[YEAR_1, YEAR_9999, -1], value=GOOD)
def test_under_format_3_a_good_record_is_a_row_or_dead_for_its_timestamp_alone(
    stamps: list[int], value: bytes
) -> None:
    block = decode(stamps, value, 3)
    inside = [(at, ms) for at, ms in enumerate(stamps) if YEAR_1 <= ms <= YEAR_9999]
    outside = [(at, ms) for at, ms in enumerate(stamps) if not YEAR_1 <= ms <= YEAR_9999]
    assert block.rows.schema == ROWS
    assert block.rows["kafka_offset"].to_pylist() == [at for at, _ in inside]
    assert micros(block) == [None if ms == -1 else ms * 1000 for _, ms in inside]
    assert [(d.record.offset, d.record.timestamp) for d in block.dead] == outside
    assert {(d.reason, d.detail) for d in block.dead} <= {
        (Reason.BAD_TIMESTAMP, "kafka_timestamp: bad_timestamp")
    }
    assert len(block.raw_bytes) == len(inside)


@settings(max_examples=60)
@given(stamps=st.lists(STAMPS, max_size=6), value=st.sampled_from([GOOD, SPACED]))
@example(stamps=[-1, YEAR_9999 + 1, INT64_MICROS], value=GOOD)
def test_under_formats_1_and_2_every_timestamp_that_0_1_0_could_store_is_a_row(
    stamps: list[int], value: bytes
) -> None:
    block = decode(stamps, value, 1)
    inside = [(at, ms) for at, ms in enumerate(stamps) if LEAST <= ms * 1000 <= MOST]
    assert block.rows.schema == OLD_ROWS
    assert list(zip(block.rows["kafka_offset"].to_pylist(), micros(block), strict=True)) == [
        (at, ms * 1000) for at, ms in inside
    ]
    assert {d.record.offset for d in block.dead} == set(range(len(stamps))) - {at for at, _ in inside}
    assert {(d.reason, d.detail) for d in block.dead} <= {(Reason.BAD_VALUE, "kafka_timestamp: bad_value")}


@pytest.mark.parametrize(
    ("value", "reason", "detail"),
    [
        (
            BROKEN,
            Reason.BAD_TIMESTAMP,
            "kafka_timestamp: bad_timestamp; id: wrong_type; full_name: missing_field",
        ),
        (b"{", Reason.BAD_TIMESTAMP, "kafka_timestamp: bad_timestamp; not_json"),
        (
            b'{"' + b"x" * 500 + b'":1}',
            Reason.BAD_TIMESTAMP,
            "kafka_timestamp: bad_timestamp; id: missing_field",
        ),
    ],
    ids=["fields", "no field", "long"],
)
def test_a_timestamp_comes_before_the_records_own_reasons(value: bytes, reason: Reason, detail: str) -> None:
    [dead] = decode([MOST], value, 3).dead
    assert dead.reason == reason
    assert dead.detail.startswith(detail)
    assert len(dead.detail) <= 400


def test_under_format_1_a_records_own_reason_stays() -> None:
    [dead] = decode([MOST], BROKEN, 1).dead
    assert (dead.reason, dead.detail.split(";")[0]) == (Reason.WRONG_TYPE, "id: wrong_type")


def test_a_record_of_a_time_without_timestamps_has_none() -> None:
    old = Message(topic="t", offset=0, value=GOOD, timestamp=(0, 0))
    assert micros(DECODERS[3].decode(0, [old, message(1, 0, GOOD)])) == [None, 0]
    assert micros(DECODERS[1].decode(0, [old])) == [0]


@pytest.mark.parametrize("format", [1, 2, 3])
@settings(max_examples=60)
@given(stamps=st.lists(STAMPS, min_size=1, max_size=5))
def test_every_dead_letter_keeps_its_milliseconds(format: int, stamps: list[int]) -> None:  # noqa: A002
    table = dead_letter_part(0, [decode(stamps, BROKEN, format)], format).table
    kept = table["kafka_timestamp"].to_pylist() if all(YEAR_1 <= ms <= YEAR_9999 for ms in stamps) else None
    instants = table["kafka_timestamp"].cast(pa.int64()).to_pylist()
    extra = "kafka_timestamp_ms" in table.column_names
    raw = table["kafka_timestamp_ms"].to_pylist() if extra else [None] * len(stamps)
    assert [at // 1000 if at is not None else ms for at, ms in zip(instants, raw, strict=True)] == stamps
    assert all((at is None) != (ms is None) for at, ms in zip(instants, raw, strict=True))
    assert table.schema == (DEAD_LETTERS if extra else OLD_DEAD_LETTERS)
    if format == 3:
        assert extra
        assert [ms for ms in raw if ms is not None] == [
            ms for ms in stamps if ms == -1 or not YEAR_1 <= ms <= YEAR_9999
        ]
    if kept and format < 3:
        assert kept == [EPOCH + timedelta(milliseconds=ms) for ms in stamps]
