"""A dead record whose bytes look like another frame than its contract's: its detail names it, and both judges agree."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.contracts.documents import document, field

from waybill_contracts.document import ContractDocument
from waybill_contracts.judging import DeadRecord, KafkaInput, RecordJudge, frame_seen
from waybill_ops.audit.second_judge import WHOLE_CALENDAR, detail_told, judge_record

CONFLUENT = b"\x00\x00\x00\x00\x07"
APICURIO = b"\x00" + CONFLUENT[1:].rjust(8, b"\x00")
GLUE = b"\x03\x00" + b"\xaa" * 16
COMPRESSED = b"\x03\x05" + b"\xaa" * 16
JSON = b'{"v":1}'
BY_HEADER = ((b"__value_schema_id", b"\x01" + b"\xbb" * 16),)
AVRO = '{"type":"record","name":"R","fields":[{"name":"v","type":"long"}]}'


def of(frame: str | None, form: str = "json", **more: Any) -> ContractDocument:
    kind = {"json": "long", "avro": "long", "text": "string", "binary": "binary"}[form]
    value = (
        {"format": form} | ({"frame": frame} if frame else {}) | ({"schema": AVRO} if form == "avro" else {})
    )
    return document(field(1, "v", kind), value=value, **more)


def detail(document: ContractDocument, record: KafkaInput) -> str | None:
    """None for what is no dead letter. The auditor says the same."""
    found = RecordJudge(document).judge(record)
    second = judge_record(
        json.loads(document.text), record.value, record.key, record.headers, record.timestamp, WHOLE_CALENDAR
    )
    said = found.detail if isinstance(found, DeadRecord) else None
    assert (detail_told(second.told, is_old=False) if second.verdict == "dead" else None) == said
    return said


@pytest.mark.parametrize(
    ("frame", "value", "said"),
    [
        (None, CONFLUENT + JSON, ": not_json looks like confluent"),
        (None, APICURIO + JSON, ": not_json looks like apicurio"),
        (None, GLUE + JSON, ": not_utf8 looks like glue"),
        ("confluent", APICURIO + JSON, ": not_json looks like apicurio"),
        ("confluent", GLUE + JSON, ": bad_frame looks like glue"),
        ("confluent", JSON, ": bad_frame looks like no frame"),
        ("confluent", b" \n[1]", ": bad_frame looks like no frame"),
        ("apicurio", CONFLUENT + JSON, ": not_json looks like confluent"),
        ("apicurio", GLUE + JSON, ": bad_frame looks like glue"),
        ("apicurio", JSON, ": bad_frame looks like no frame"),
        ("glue", CONFLUENT + JSON, ": bad_frame looks like confluent"),
        ("glue", APICURIO + JSON, ": bad_frame looks like apicurio"),
        ("glue", COMPRESSED + JSON, ": bad_frame looks like compressed glue"),
        ("confluent_header", CONFLUENT + JSON, ": not_json looks like confluent"),
    ],
)
def test_the_detail_names_the_frame_that_it_looks_like(frame: str | None, value: bytes, said: str) -> None:
    assert detail(of(frame), KafkaInput(value)) == said


@pytest.mark.parametrize(
    ("frame", "value", "said"),
    [
        ("confluent", CONFLUENT + b"{", ": not_json"),
        ("confluent", CONFLUENT, ": bad_frame"),
        ("confluent", CONFLUENT[:3], ": bad_frame"),
        ("apicurio", APICURIO + b"{", ": not_json"),
        ("glue", GLUE + b"[]", ": not_an_object"),
        ("glue", GLUE, ": bad_frame"),
        ("confluent", b"\x07", ": bad_frame"),
        (None, b"[]", ": not_an_object"),
        (None, b"{", ": not_json"),
        ("confluent_header", b"{", ": not_json"),
        ("confluent", None, ": null_value"),
    ],
)
def test_nothing_is_added_where_nothing_else_can_be_told(
    frame: str | None, value: bytes | None, said: str
) -> None:
    assert detail(of(frame), KafkaInput(value)) == said


@pytest.mark.parametrize("frame", ["confluent", "apicurio", "glue"])
@pytest.mark.parametrize("form", ["json", "avro"])
def test_an_id_in_the_headers_is_named(frame: str, form: str) -> None:
    value = JSON if form == "json" else b"\x02"
    told = detail(of(frame, form), KafkaInput(value, headers=BY_HEADER))
    assert told == ": bad_frame looks like confluent_header"


@pytest.mark.parametrize("frame", [None, "confluent_header"])
def test_headers_say_nothing_of_a_value_from_which_nothing_comes_off(frame: str | None) -> None:
    assert detail(of(frame), KafkaInput(b"{", headers=BY_HEADER)) == ": not_json"
    assert detail(of(frame, "avro"), KafkaInput(b"\x80", headers=BY_HEADER)) == ": not_avro"


def test_a_row_is_a_row_whatever_it_looks_like() -> None:
    assert detail(of("confluent"), KafkaInput(CONFLUENT + JSON, headers=BY_HEADER)) is None
    assert detail(of(None, "binary"), KafkaInput(GLUE + JSON)) is None


@pytest.mark.parametrize(
    ("form", "key", "headers", "said"),
    [
        ({"format": "text"}, GLUE + b"k", (), "kafka_key: bad_key looks like glue"),
        ({"format": "json"}, CONFLUENT + b"1", (), "kafka_key: bad_key looks like confluent"),
        ({"format": "text", "frame": "confluent"}, GLUE + b"k", (), "kafka_key: bad_key looks like glue"),
        ({"format": "text", "frame": "glue"}, b"k", (), "kafka_key: bad_key"),
        (
            {"format": "text", "frame": "glue"},
            b"k",
            ((b"__key_schema_id", b"\x01"),),
            "kafka_key: bad_key looks like confluent_header",
        ),
        ({"format": "text", "frame": "glue"}, b"k", BY_HEADER, "kafka_key: bad_key"),
    ],
)
def test_so_does_a_keys(form: dict[str, str], key: bytes, headers: Any, said: str) -> None:
    assert detail(of(None, key=form), KafkaInput(JSON, key=key, headers=headers)) == said


FRAMES = st.sampled_from([None, "confluent", "apicurio", "glue", "confluent_header"])
PIECES = st.sampled_from(
    [b"\x00", b"\x00" * 4, b"\x00" * 8, b"\x03", b"\x05", b"\xaa" * 16, b"\x01", b"{", b"[", b" ", JSON]
)
BYTES = st.lists(PIECES, max_size=8).map(b"".join) | st.binary(max_size=24)
NAMES = st.sampled_from([b"__value_schema_id", b"__key_schema_id", b"h"])
SIDES = st.tuples(NAMES, st.sampled_from([b"\x01", None, b"\x01" * 17, bytes(5)]))


@given(frame=FRAMES, keys=FRAMES, value=BYTES, key=BYTES, sides=st.lists(SIDES, max_size=2))
def test_both_judges_name_the_same_frame_whatever_the_bytes(
    frame: str | None, keys: str | None, value: bytes, key: bytes, sides: list[tuple[bytes, bytes | None]]
) -> None:
    form = {"format": "json"} | ({"frame": keys} if keys else {})
    record = KafkaInput(value, key=key, headers=tuple(sides))
    detail(of(frame, key=form), record)
    detail(of(frame, "avro", key=form), record)


def test_what_plan_asks_of_a_sample() -> None:
    seen = [
        frame_seen(value)
        for value in (CONFLUENT + b"\x02", APICURIO + JSON, GLUE + b"\x02", JSON, b"\x02", b"")
    ]
    assert seen == ["confluent", "apicurio", "glue", "no frame", None, None]
    assert frame_seen(b"\x02", BY_HEADER) == "confluent_header"
