"""Which offsets a page reads, and how bytes of anybody are shown."""

from __future__ import annotations

import json
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_events import EVENT
from unit.contracts.documents import document, field

from waybill_common.contract import SchemaDocument, WriterSchema
from waybill_common.contract.framing import frame
from waybill_common.errors import LakeUnavailable
from waybill_common.settings import StreamSettings
from waybill_console.cluster.offsets import Bounds
from waybill_console.messages.asked import Order, as_positions, asked_of, newest, onwards, positions_of
from waybill_console.messages.decoding import Judge, MessageContract, contract_of_stream
from waybill_console.messages.kafka_record import CutBytes, ShownRecord, cut
from waybill_console.messages.shown import hex_dump, key_line, one_line, shown_value, value_line, verdict_of
from waybill_contracts.judging import KafkaInput, header_value
from waybill_streams.names import NAMES

BOUNDS = {0: Bounds(0, 10), 1: Bounds(90, 100), 2: Bounds(7, 7)}


def test_the_newest_are_the_last_offsets_of_each_partition() -> None:
    assert newest(BOUNDS, 4) == {0: (6, 10), 1: (96, 100)}
    assert newest(BOUNDS, 400) == {0: (0, 10), 1: (90, 100)}


def test_going_back_for_more_ends_at_the_log_start() -> None:
    assert newest(BOUNDS, 16, {0: 6, 1: 96}) == {0: (0, 6), 1: (90, 96)}
    assert newest(BOUNDS, 16, {0: 0, 1: 90}) == {}


def test_from_an_offset_on_stays_within_the_bounds() -> None:
    assert onwards(BOUNDS, {0: 5, 1: 5, 2: 5}) == {0: (5, 10), 1: (90, 100)}
    assert onwards(BOUNDS, {0: 10}) == {}


@pytest.mark.parametrize(
    ("query", "order", "wrong"),
    [
        ({}, Order.NEWEST, False),
        ({"order": "offset", "from": "12", "partition": "1"}, Order.OFFSET, False),
        ({"order": "offset", "from": "-1"}, Order.NEWEST, True),
        ({"order": "offset", "from": "9" * 19}, Order.NEWEST, True),
        ({"order": "time", "from": "2026-11-29 18:00"}, Order.TIME, False),
        ({"order": "time", "from": "0001-01-01T00:00:00+23:59"}, Order.NEWEST, True),
        ({"order": "time", "from": "<script>"}, Order.NEWEST, True),
        ({"order": "sideways", "limit": "100000", "partition": "x"}, Order.NEWEST, False),
    ],
)
def test_what_is_wrong_with_a_query_is_told_and_the_newest_are_shown(
    query: dict[str, str], order: Order, wrong: bool
) -> None:
    asked = asked_of(query)
    assert (asked.order, bool(asked.wrong)) == (order, wrong)
    assert asked.limit <= 500


@given(st.dictionaries(st.integers(0, 50), st.integers(0, 2**63 - 1), min_size=1))
def test_positions_are_read_as_they_are_written(positions: dict[int, int]) -> None:
    assert positions_of(as_positions(positions), range(51)) == positions


@pytest.mark.parametrize("text", ["", "0", "0:", "9:1", "0:99999999999999999999", "0:1,", "0:1\n", "0:-1"])
def test_no_positions_are_none(text: str) -> None:
    assert positions_of(text, range(3)) is None


@given(st.one_of(st.none(), st.binary(max_size=300)), st.integers(0, 300))
def test_any_bytes_can_be_shown_on_one_line(raw: bytes | None, most: int) -> None:
    shown = one_line(cut(raw, most), 40)
    assert len(shown) <= 41
    assert "\n" not in shown
    shown.encode()


@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_bytes_can_be_shown_whole(raw: bytes, most: int) -> None:
    shown = shown_value(CutBytes(raw[:most], len(raw)))
    for text in (shown.text, shown.json):
        assert text is None or not any(ord(sign) < 32 and sign != "\n" for sign in text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":' * 50_000,
        "[" * 50_000,
        "1" * 100_000,
        '{"a": NaN, "a": 1}',
        '{"a": "\\ud800"}',
        '{"a": "\\u202e\\u0000"}',
    ],
)
def test_no_json_ends_a_page(text: str) -> None:
    shown = shown_value(CutBytes(text.encode(), len(text)))
    assert shown.text is not None
    assert shown.json is None or "\u202e" not in shown.json


def test_a_cut_goes_through_no_character() -> None:
    raw = "ää".encode()
    assert shown_value(CutBytes(raw[:3], 4)).text == "ä"
    assert shown_value(CutBytes(raw[:3], 3)).text is None


OWN = contract_of_stream(StreamSettings())
AVRO = '{"type":"record","name":"R","fields":[{"name":"v","type":"long"}]}'


def record(contract: MessageContract, given: KafkaInput) -> ShownRecord:
    value, key = cut(given.value, 4096), cut(given.key, 4096)
    return ShownRecord(0, 7, None, "", key, value, (), 0, contract.read(given))


@pytest.mark.parametrize("raw", [frame(7, NAMES.encode(EVENT)), NAMES.encode(EVENT)], ids=["framed", "bare"])
def test_a_framed_value_is_judged_and_shown_without_its_frame(raw: bytes) -> None:
    shown = shown_value(CutBytes(raw, len(raw)), OWN.read(KafkaInput(raw)))
    assert shown.frame == ("in Confluent's frame, schema id 7" if raw[0] == 0 else "")
    assert shown.json is not None
    assert json.loads(shown.json)["id"] == EVENT.id
    assert OWN.read(KafkaInput(raw)).state == "event"
    assert shown_value(CutBytes(raw, len(raw))).frame == shown.frame  # of a topic that no stream reads


def test_a_value_that_breaks_the_contract_says_why() -> None:
    assert OWN.read(KafkaInput(b"\xff")).word == "not json"
    assert OWN.read(KafkaInput(None)).word == "null value"
    assert OWN.read(KafkaInput(b" " * (4 * 2**20 + 1))).state == "unjudged"


def test_avro_is_read_by_its_contracts_schema_and_a_key_by_its_own_format_and_frame() -> None:
    contract = MessageContract(
        document(
            field(1, "v", "long"),
            value={"format": "avro", "frame": "glue", "schema": AVRO},
            key={"format": "json", "frame": "apicurio"},
            headers=True,
        )
    )
    key, value = b"\x00" * 8 + b"\x07" + b'"k-1"', b"\x03\x00" + b"\xaa" * 16 + b"\x9a\x01"
    shown = record(contract, KafkaInput(value, key, ((b"trace", b"\xff"),), 0))
    assert verdict_of(shown).state == "event"
    assert json.loads(verdict_of(shown).row) == {
        "v": "77",
        "kafka_key": '"k-1"',
        "kafka_headers": [{"name": "trace", "value": "ff"}],
    }
    assert key_line(shown) == '"k-1"'
    assert value_line(shown).startswith('{ "v": "77"')
    assert shown.value is not None
    assert shown_value(shown.value, shown.decoded).frame.startswith(
        "in Glue's frame, schema version aaaaaaaa-"
    )


def test_a_dead_letter_says_which_frame_it_looks_like_and_shows_its_bytes() -> None:
    contract = MessageContract(
        document(field(1, "v", "long"), value={"format": "json", "frame": "confluent"})
    )
    shown = record(contract, KafkaInput(b'{"v":1}'))
    assert (verdict_of(shown).word, verdict_of(shown).why) == ("bad frame", ": bad_frame looks like no frame")
    assert value_line(shown) == '{"v":1}'


def test_what_select_does_not_ask_for_is_skipped_and_a_tombstone_a_row() -> None:
    chosen = MessageContract(
        document(field(1, "v", "long"), select={"field": "t", "in": ["a"]}, extra="ignore")
    )
    assert chosen.read(KafkaInput(b'{"t":"b"}')).state == "skipped"
    kept = MessageContract(document(field(1, "v", "long"), tombstones="row", key={"format": "text"}))
    assert json.loads(kept.read(KafkaInput(None, b"k")).row)["kafka_tombstone"] == "true"


def test_a_contract_that_nobody_can_judge_by_says_so() -> None:
    nobody = contract_of_stream(StreamSettings(name="orders", topic="t", contract=b"{}"))
    assert "no contract of language 1" in nobody.read(KafkaInput(b"{}")).why
    registry = document(
        field(1, "v", "long"), value={"format": "avro", "registry": "default"}, stream="orders"
    )
    found = contract_of_stream(StreamSettings(name="orders", topic="t", contract=registry.text))
    assert found.read(KafkaInput(b"{}")).state == "unjudged"
    assert "registry" in found.why


def by_a_registry(names: dict[str, str | None], frame: str = "confluent") -> Judge:
    of = document(field(1, "v", "long"), value={"format": "avro", "registry": "default", "frame": frame})
    schema = WriterSchema((SchemaDocument("AVRO", AVRO),))
    return MessageContract(of, bound=lambda: (names, {schema.sha256: schema}.__getitem__)).reader()


def test_a_registrys_avro_is_read_by_the_schemas_that_the_dataset_knows() -> None:
    sha256 = WriterSchema((SchemaDocument("AVRO", AVRO),)).sha256
    read = by_a_registry({"confluent:7": sha256, "confluent:8": None})
    found = read(KafkaInput(frame(7, b"\x9a\x01")))
    assert (found.state, json.loads(found.row)) == ("event", {"v": "77"})
    assert read(KafkaInput(b"\x9a\x01")).word == "bad frame"


GUID = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"


@pytest.mark.parametrize(
    ("named", "told"), [(7, "schema id 7 by a header"), (GUID, f"schema {GUID} by a header")]
)
def test_a_schema_that_a_header_names_is_read_and_told(named: int | str, told: str) -> None:
    sha256 = WriterSchema((SchemaDocument("AVRO", AVRO),)).sha256
    read = by_a_registry({f"confluent_header:{named}": sha256}, "confluent_header")
    headers = ((b"__value_schema_id", header_value(named)),)
    found = read(KafkaInput(b"\x9a\x01", headers=headers))
    assert (found.state, json.loads(found.row)) == ("event", {"v": "77"})
    assert shown_value(CutBytes(b"\x9a\x01", 2), found).frame == told
    assert read(KafkaInput(b"\x9a\x01")).word == "bad frame"


def test_a_datum_whose_header_names_the_schema_is_not_shown_as_if_it_were_framed() -> None:
    """Its bytes look like Confluent's frame, and no commit knows its schema yet."""
    value = frame(7, b"\x02")
    read = by_a_registry({}, "confluent_header")
    found = read(KafkaInput(value, headers=((b"__value_schema_id", header_value(GUID)),)))
    assert found.state == "unjudged"
    shown = shown_value(CutBytes(value, len(value)), found)
    assert shown.frame == f"schema {GUID} by a header"


@pytest.mark.parametrize("number", [8, 9], ids=["a null one", "a new one"])
def test_what_no_commit_knows_is_not_called_dead(number: int) -> None:
    found = by_a_registry({"confluent:8": None})(KafkaInput(frame(number, b"\x02")))
    assert (found.state, found.word) == ("unjudged", "not judged")
    assert "no commit of the dataset knows its schema" in found.why


def test_a_lake_that_does_not_answer_is_told_of_each_record() -> None:
    def away() -> NoReturn:
        raise LakeUnavailable("The lake does not answer.", allowed="an answer.", remedy="wait.")

    of = document(
        field(1, "v", "long"), value={"format": "avro", "registry": "default", "frame": "confluent"}
    )
    found = MessageContract(of, bound=away).reader()(KafkaInput(frame(7, b"\x02")))
    assert (found.state, found.why) == ("unjudged", "The lake does not answer.")


def test_a_row_is_cut_for_a_list() -> None:
    contract = MessageContract(document(field(1, "v", "string")))
    whole = contract.read(KafkaInput(json.dumps({"v": "x" * 9000}).encode()))
    assert len(whole.cut(100).row) == 101
    assert whole.cut(20_000) == whole


def test_hex_has_sixteen_bytes_a_line_and_what_is_ascii() -> None:
    assert hex_dump(b"") == ""
    [first, second] = hex_dump(b"<script>\x00\xff abcdefg").splitlines()
    assert first.startswith("000000  3c 73 63")
    assert first.endswith("<script>.. abcde")
    assert second.startswith("000010  66 67 ")
