"""A document made from a sample takes each of its records that any document can take."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.contracts.sampled import SampleMaker

from waybill_contracts.document import canonical_bytes, parse_document
from waybill_contracts.drafting import (
    ContractDraft,
    DraftRefused,
    DraftWishes,
    SampleRecord,
    draft_from_records,
)
from waybill_contracts.drafting.samples import read_sample
from waybill_contracts.judging import JudgedRow, KafkaInput, RecordJudge

WISHES = DraftWishes("s", form="json")


def sample(*values: str | bytes | None) -> list[SampleRecord]:
    raw = [one.encode() if isinstance(one, str) else one for one in values]
    return [SampleRecord(KafkaInput(one), f"record {at}") for at, one in enumerate(raw, 1)]


def drafted(*values: str | bytes | None, wishes: DraftWishes = WISHES) -> ContractDraft:
    return draft_from_records(sample(*values), wishes)


def types_of(draft: ContractDraft) -> dict[str, Any]:
    """``timestamptz epoch_ms floor`` and the like, by column."""
    return {
        one.name: " ".join(
            filter(
                None,
                (
                    one.type.spelling if one.type.family == "decimal" else one.type.family,
                    json.loads(draft.document.text)["fields"].get(str(one.id), {}).get("wire"),
                    "floor" * one.floors,
                ),
            )
        )
        for one in draft.document.root.fields
    }


def type_of(*tokens: str, name: str = "v") -> str:
    found = drafted(*(f'{{"{name}":{one}}}' for one in tokens))
    assert found.seen["dead"] == 0
    return str(types_of(found)[name])


@settings(max_examples=1000)
@given(seed=st.integers(0, 2**32), required=st.booleans())
def test_every_record_that_a_document_can_take_is_a_row(seed: int, required: bool) -> None:
    records = sample(*SampleMaker(seed).values())
    read = read_sample(records, "json")
    wishes = DraftWishes("s", form="json", required=required)
    try:
        draft = draft_from_records(records, wishes)
    except DraftRefused:
        assert not any(read.trees)
        return
    document = parse_document(draft.document.text)
    assert canonical_bytes(json.loads(document.text)) == document.text
    judge = RecordJudge(document)
    unread = {one.where for one, _ in read.unread}
    dead = {one.where for one in records if not isinstance(judge.judge(one.record), JudgedRow)}
    assert dead == unread == {one["record"] for one in draft.seen["dead_records"]}


@pytest.mark.parametrize(
    ("tokens", "kind"),
    [
        (("1", "-2"), "long"),
        (("1", "9223372036854775808"), "decimal(38, 0)"),
        (("1", "2.5"), "double"),
        (("1.0", "2.0"), "double"),
        (("1" * 39,), "json"),
        (("1e400",), "json"),
        (("12345678901234567.25", "1"), "decimal(38, 2)"),
        (("4.727521520000001",), "double"),
        (("true", "null"), "boolean"),
        (('"a"', "null"), "string"),
        (("null",), "json"),
        (("[]",), "json"),
        (("{}",), "json"),
        (("[1]", "[2.5,null]"), "list"),
        (('{"a":1}', '{"b":2}'), "struct"),
        (('{"a":1,"a":2}',), "json"),
        (("1", '"a"'), "json"),
        (("1", '"2"'), "long either"),
        (("1.5", '"2"'), "double either"),
        (("1", '"02"'), "json"),
        (("[1]", "{}"), "json"),
        (("true", "1"), "json"),
        (('"2026-11-29"',), "date"),
        (('"2026-02-30"',), "string"),
        (('"2026-11-29T13:00:00Z"', '"2026-11-29 13:00:00.5+01:00"'), "timestamptz"),
        (('"2026-11-29T13:00:00.123456789Z"',), "timestamptz floor"),
        (('"2026-11-29T13:00:00"',), "timestamp"),
        (('"2026-11-29T13:00:00"', '"2026-11-29T13:00:00Z"'), "string"),
        (('"2025-08-01T00:00"',), "string"),
        (('"Wed, 16 Apr 2014 22:58:34 -0000"',), "string"),
        (('"13:00:00"',), "time"),
        (('"0f8fad5b-d9cb-469f-a165-70867728950e"',), "uuid"),
        (('"dGVzdCBtZXNzYWdlIDM="',), "string"),
        (('"9521582929054"',), "string"),
        (('"true"',), "string"),
        (('"{\\"a\\":1}"',), "string"),
        (('"13.06"', '"1.31000000"', '"1.1"', '"2.1"', '"3"'), "decimal(18, 2) string"),
        (('"13.06"',), "string"),
        (("1764421200123",), "long"),
    ],
    ids=str,
)
def test_a_type_is_narrow_only_where_it_is_sure(tokens: tuple[str, ...], kind: str) -> None:
    assert type_of(*tokens) == kind


@pytest.mark.parametrize(
    ("name", "tokens", "kind"),
    [
        ("ts", ("1764421200",), "timestamptz epoch_s"),
        ("ts", ("1764421200.25",), "timestamptz epoch_s"),
        ("ts_ms", ("1764421200123",), "timestamptz epoch_ms"),
        ("createdAt", ("1764421200123456",), "timestamptz epoch_us"),
        ("timeUnixNano", ('"1544712660300000000"',), "timestamptz epoch_ns_text"),
        ("timeUnixNano", ('"1544712660300000001"',), "timestamptz epoch_ns_text floor"),
        ("date", ('"1357492264"',), "timestamptz epoch_s_text"),
        ("ts_ms", ("1764421200123", "0"), "long"),
        ("time", ("-619524000000",), "long"),
        ("time", ("1764421200", "1764421200123"), "long"),
        ("count", ("1764421200",), "long"),
        ("amount", ('"-50.00"',), "decimal(18, 2) string"),
        ("amount", ('"28.75328052"', '"1"'), "decimal(18, 8) string"),
        ("version", ('"1.10"',) * 9, "string"),
        ("duration", ('"00:05:00"',), "string"),
        ("labels", ('{"a":"b"}',), "map"),
        ("annotations", ('{"authorization.k8s.io/decision":"allow"}',), "map"),
        ("by_day", ('{"2026-11-29":1}', '{"2026-11-30":2}'), "map"),
    ],
    ids=str,
)
def test_a_name_decides_where_values_leave_a_choice(name: str, tokens: tuple[str, ...], kind: str) -> None:
    assert type_of(*tokens, name=name) == kind


def test_many_different_keys_are_a_maps() -> None:
    values = [json.dumps({"v": {f"user{n}{k}": 1 for k in range(3)}}) for n in range(10)]
    assert types_of(drafted(*values)) == {"v": "map"}


def test_names_that_are_no_columns_get_one_and_their_place() -> None:
    names = ("Id", "id", "kafka_offset", "_extra", "@odata.type", "a.b", "a_b", "", "Größe", "0x", "i" * 200)
    draft = drafted(json.dumps(dict.fromkeys(names, 1)))
    assert {one.name: one.place for one in draft.document.root.fields} == {
        "Id": ("Id",),
        "id_2": ("id",),
        "_kafka_offset": ("kafka_offset",),
        "extra": ("_extra",),
        "odata_type": ("@odata.type",),
        "a_b_2": ("a.b",),
        "a_b": ("a_b",),
        "field": ("",),
        "Gro_e": ("Größe",),
        "_0x": ("0x",),
        "i" * 128: ("i" * 200,),
    }


def test_a_column_called_as_the_folders_key_gets_another_name() -> None:
    found = drafted('{"at":"2026-11-29T13:00:00Z","at_day":1}').document
    assert (found.time, [one.spelling for one in found.partition_by]) == ("at", ["day(at)"])
    assert [*found.columns] == ["at", "at_day_2"]


def test_id_and_time_are_proposed_where_they_are_evident() -> None:
    found = drafted('{"id":"a","at":"2026-11-29"}', '{"id":"b","at":"2026-11-29"}').document
    assert (found.id, found.time, found.columns["id"].required) == (("id",), "at", True)
    again = drafted('{"id":"a","at":"2026-11-29"}', '{"id":"a"}').document
    assert (again.id, again.time, again.columns["id"].required) == ((), None, False)


def test_records_without_the_id_that_is_wanted_are_named() -> None:
    draft = drafted('{"k":"a"}', '{"k":null}', "{}", wishes=DraftWishes("s", id=("k",), form="json"))
    assert draft.document.id == ("k",)
    assert [one["record"] for one in draft.seen["dead_records"]] == ["record 2", "record 3"]
    assert "No document like this takes 2 of the records: missing_field." in draft.told


@pytest.mark.parametrize("wishes", [{"id": ("w",)}, {"time": "v"}, {"id": ("x",)}], ids=str)
def test_a_column_that_cannot_be_what_is_wanted_is_refused(wishes: dict[str, Any]) -> None:
    with pytest.raises(DraftRefused) as refused:
        drafted('{"v":"a","w":1.5,"at":"2026-11-29"}', wishes=DraftWishes("s", form="json", **wishes))
    assert refused.value.allowed


def test_what_is_required_is_what_no_record_lacks() -> None:
    values = ('{"a":1,"b":null,"c":{"d":1}}', '{"a":2,"b":1,"c":{}}')
    found = drafted(*values, wishes=DraftWishes("s", required=True, form="json")).document
    assert [one.required for one in found.root.fields] == [True, False, True]


def test_frames_keys_headers_and_tombstones_are_told_apart() -> None:
    framed = [
        SampleRecord(KafkaInput(b'\x00\x00\x00\x00\x07{"a":1}', b"k", ((b"h", None),)), "1"),
        SampleRecord(KafkaInput(None, b"k"), "2"),
    ]
    found = draft_from_records(framed, DraftWishes("s")).document
    assert (found.value.frame, found.tombstones, found.headers) == ("confluent", "row", True)
    assert found.key is not None
    assert found.key.format == "text"
    with pytest.raises(DraftRefused, match="confluent"):
        drafted(b"\x00\x00\x00\x00\x07\x02\x04", wishes=DraftWishes("s"))


def test_connects_schema_says_types_and_the_payload_is_flattened() -> None:
    fields = [
        {"field": "d", "type": "int32", "name": "io.debezium.time.Date"},
        {"field": "n", "type": "bytes", "name": "org.apache.kafka.connect.data.Decimal", "parameters": {"scale": "2"}},
        {"field": "x", "type": "double"},
        {"field": "none", "type": "string"},
        {"field": "ts_ms", "type": "int64"},
    ]  # fmt: skip
    payload = {"d": 16850, "n": "CQ==", "x": 1, "none": None, "ts_ms": 1764421200123}
    draft = drafted(json.dumps({"schema": {"type": "struct", "fields": fields}, "payload": payload}))
    assert draft.document.ignore == (("schema",),)
    assert types_of(draft) == {
        "d": "date epoch_days",
        "n": "decimal(38, 2) unscaled_base64",
        "x": "double",
        "none": "string",
        "ts_ms": "timestamptz epoch_ms",
    }


def test_a_cloud_event_has_an_id_of_two_columns() -> None:
    event = '{"specversion":"1.0","id":"1","source":"/a","type":"t","time":"2026-11-29T13:00:00Z","x":1}'
    found = drafted(event).document
    assert (found.id, found.time) == (("source", "id"), "time")


def test_no_text_of_a_record_is_in_what_was_seen() -> None:
    values = [f'{{"a":"secret{n}","labels":{{"secret{n}":"secret"}},"b":["secret"]}}' for n in range(3)]
    draft = drafted(*values, "secret")
    assert "secret" not in json.dumps([draft.seen, draft.told])
    assert draft.seen["dead_records"] == [
        {"record": "record 4", "reason": "not_json", "detail": ": not_json"}
    ]


def test_what_was_seen_has_counts_lengths_and_ranges() -> None:
    at = '"2026-11-29T13:00:00.1234567Z"'
    found = drafted(f'{{"n":1.25,"t":"ab","at":{at}}}', '{"n":-3,"t":null}').seen["fields"]
    by_place = {one["place"]: one for one in found}
    assert {"least": "-3", "most": "1.25", "digits_after_point": 2}.items() <= by_place["/n"].items()
    assert {"shortest": 2, "longest": 2, "null": 1, "text": 1}.items() <= by_place["/t"].items()
    assert {"absent": 1, "beyond_micros": True}.items() <= by_place["/at"].items()
    assert by_place["/at"]["first"] == "2026-11-29T13:00:00.123456"


@pytest.mark.parametrize("values", [("{}",), ("[]",), ("1", "x"), (), (None,)], ids=str)
def test_a_sample_without_a_field_is_refused(values: tuple[Any, ...]) -> None:
    with pytest.raises(DraftRefused):
        drafted(*values)
