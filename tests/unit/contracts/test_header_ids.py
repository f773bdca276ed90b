"""Avro by a registry whose ids are in headers, as Confluent's serializers write them: every way of judging says the
same of each record.
"""

from __future__ import annotations

import json
import struct
import uuid
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.contracts.avro_generated import FRAME, AvroMaker
from unit.contracts.documents import Json, document, field
from unit.contracts.test_avro_by_java import DATUMS
from unit.contracts.test_writers_schemas import ORDER, ORDERS, TRADE, TRADES

from waybill_common.contract import SchemaId, in_order
from waybill_contracts.by_hand import RecordByHand, by_the_auditor, by_the_fast_paths, by_the_judge
from waybill_contracts.document import ContractDocument, parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.fast import paths_of, rows_by
from waybill_contracts.judging import (
    DeadRecord,
    FolderWindow,
    KafkaInput,
    RecordJudge,
    header_id,
    header_value,
    ids_of,
    seen_frame,
    strange_frame,
    writer_name,
)
from waybill_contracts.schema_files import texts_in, writers_in
from waybill_ops.audit.second_judge import WHOLE_CALENDAR, AuditedSchema, detail_told, judge_record

Headers = tuple[tuple[bytes, bytes | None], ...]

VALUE, KEY = b"__value_schema_id", b"__key_schema_id"
BY_HEADER = {"format": "avro", "registry": "default", "frame": "confluent_header"}
GUID = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
SCHEMAS: dict[SchemaId, str] = {7: ORDERS, GUID: ORDERS, 8: TRADES}
NUMBER, DIGEST = b"\x00" + struct.pack(">I", 7), b"\x01" + uuid.UUID(GUID).bytes
FRAMED = NUMBER + ORDER


def orders(**more: Any) -> ContractDocument:
    columns = field(1, "orderid", "int", required=True), field(2, "itemid", "string")
    return document(*columns, **{"value": BY_HEADER, "extra": "ignore", **more})


def verdicts(of: ContractDocument, records: list[KafkaInput], schemas: dict[SchemaId, str]) -> list[Any]:
    """Of the records in one block: judge, fast paths and the auditor's judge say the same, details included."""
    given = [RecordByHand(one, FolderWindow()) for one in records]
    said = [*map(by_the_judge(of, schemas), given)]
    assert [*map(by_the_auditor(of, schemas), given)] == said
    assert [*by_the_fast_paths(of, schemas)(given)] == said
    for one in records:
        detail(of, one, schemas)
    return [one["reasons"][0][1] if one["verdict"] == "dead" else one["verdict"] for one in said]


def detail(of: ContractDocument, record: KafkaInput, schemas: dict[SchemaId, str]) -> str | None:
    """None for what is no dead letter. The auditor says the same."""
    found = RecordJudge(of, writers=writers_in(of, schemas)).judge(record)
    known = {one: AuditedSchema("AVRO", text, ()) for one, text in schemas.items()}
    tree = json.loads(of.text)
    second = judge_record(
        tree, record.value, record.key, record.headers, record.timestamp, WHOLE_CALENDAR, known
    )
    said = found.detail if isinstance(found, DeadRecord) else None
    assert (detail_told(second.told, is_old=False) if second.verdict == "dead" else None) == said
    return said


def said_by(*values: bytes | None) -> Headers:
    return tuple((VALUE, value) for value in values)


@pytest.mark.parametrize("times", [1, 30])
def test_each_record_is_read_by_the_schema_that_its_header_names(times: int) -> None:
    unknown = b"\x01" + bytes(16)
    given = [
        (ORDER, said_by(NUMBER), "row"),
        (ORDER, said_by(DIGEST), "row"),
        (ORDER, ((b"a", b"b"), (VALUE, DIGEST), (b"a", None)), "row"),
        (TRADE, said_by(b"\x00" + struct.pack(">I", 8)), "missing_field"),
        (TRADE, said_by(DIGEST), "not_avro"),
        (ORDER, said_by(unknown), "unknown_schema"),
        (ORDER, said_by(b"\x00" + struct.pack(">I", 2**32 - 1)), "unknown_schema"),
        (FRAMED, said_by(DIGEST), "not_avro"),
        (b"", said_by(DIGEST), "bad_frame"),
        (None, said_by(DIGEST), "null_value"),
        (None, (), "null_value"),
    ]
    records = [KafkaInput(value, headers=headers) for value, headers, _ in given] * times
    assert verdicts(orders(), records, SCHEMAS) == [verdict for _, _, verdict in given] * times


@pytest.mark.parametrize(
    "headers",
    [
        (),
        said_by(None),
        said_by(b""),
        said_by(b"\x00"),
        said_by(NUMBER[:4]),
        said_by(DIGEST[:16]),
        said_by(b"\x02" + NUMBER[1:]),
        said_by(b"\x02" + DIGEST[1:]),
        said_by(b"\x00" + DIGEST[1:]),
        said_by(b"\x01" + NUMBER[1:]),
        said_by(NUMBER + b"\x00"),
        said_by(DIGEST + b"\x02\x00"),
        said_by(DIGEST.hex().encode()),
        ((KEY, DIGEST),),
        ((VALUE.upper(), DIGEST),),
        ((b"\xff", DIGEST),),
    ],
    ids=lambda one: repr(one)[:60],
)
def test_a_header_that_is_no_id_and_nothing_more_is_a_bad_frame(headers: Headers) -> None:
    """Message indexes of Protobuf stand behind its ids: a datum of Avro has none."""
    assert header_id(headers) is None
    records = [KafkaInput(one, headers=headers) for one in (ORDER, FRAMED, b"")]
    assert verdicts(orders(), records * 20, SCHEMAS) == ["bad_frame"] * 60


def test_of_several_headers_the_last_one_counts_as_for_confluents_deserializers() -> None:
    other = b"\x00" + struct.pack(">I", 8)
    rows = [said_by(None, DIGEST), said_by(other, NUMBER), said_by(b"?", DIGEST)]
    dead = [said_by(DIGEST, None), said_by(NUMBER, b"\x02"), said_by(DIGEST, b"")]
    records = [KafkaInput(ORDER, headers=one) for one in (*rows, *dead)]
    assert verdicts(orders(), records, SCHEMAS) == ["row"] * 3 + ["bad_frame"] * 3
    assert header_id(said_by(NUMBER, DIGEST)) == GUID
    assert header_id(said_by(DIGEST, NUMBER)) == 7


@pytest.mark.parametrize(
    ("value", "headers", "said"),
    [
        (FRAMED, (), ": bad_frame looks like confluent"),
        (FRAMED, said_by(b"\x02"), ": bad_frame looks like confluent"),
        (b"\x03\x00" + bytes(16) + ORDER, (), ": bad_frame looks like glue"),
        (ORDER, (), ": bad_frame"),
        (b"{}", (), ": bad_frame"),
        (FRAMED, said_by(DIGEST), ": not_avro"),
        (FRAMED, said_by(b"\x01" + bytes(16)), ": unknown_schema"),
        (b"", said_by(DIGEST), ": bad_frame"),
    ],
)
def test_the_detail_names_what_the_bytes_look_like_where_no_header_has_an_id(
    value: bytes, headers: Headers, said: str
) -> None:
    assert detail(orders(), KafkaInput(value, headers=headers), SCHEMAS) == said


def test_the_prefix_is_no_way_back_and_plan_names_it() -> None:
    """Confluent's deserializers read it where the header is missing: a contract has one frame."""
    record = KafkaInput(FRAMED)
    assert verdicts(orders(), [record], SCHEMAS) == ["bad_frame"]
    strange = strange_frame(record, orders().value)
    assert strange is not None
    assert (strange.frame, strange.id) == ("confluent", "7")
    assert strange_frame(KafkaInput(FRAMED, headers=said_by(DIGEST)), orders().value) is None


@pytest.mark.parametrize(
    ("headers", "told"), [(said_by(NUMBER), "7"), (said_by(DIGEST), GUID), (said_by(b"?"), "")]
)
def test_an_id_is_seen_where_there_is_no_contract_yet(headers: Headers, told: str) -> None:
    seen = seen_frame(KafkaInput(ORDER, headers=headers))
    assert seen is not None
    assert (seen.frame, seen.id) == ("confluent_header", told)


@pytest.mark.parametrize("form", ["text", "binary", "json"])
def test_a_keys_header_is_not_asked_for(form: str) -> None:
    """A key of this frame is the whole key, as a value without a registry is the whole value."""
    of = orders(key={"format": form, "frame": "confluent_header"})
    sides = [(), ((KEY, DIGEST),), ((KEY, None),), ((KEY, b"\x02"), (KEY, b""))]
    records = [KafkaInput(ORDER, key, (*side, *said_by(DIGEST))) for side in sides for key in (b"1", None)]
    assert verdicts(of, records * 10, SCHEMAS) == ["row"] * 80
    assert verdicts(of, [KafkaInput(ORDER, b"", said_by(DIGEST))], SCHEMAS) == ["bad_key"]


def test_headers_may_be_columns_and_say_what_is_selected_too() -> None:
    of = orders(headers=True, select={"header": "kind", "in": ["sale"]})
    sale: Headers = ((b"kind", b"sale"),)
    records = [
        KafkaInput(ORDER, headers=(*sale, *said_by(DIGEST))),
        KafkaInput(ORDER, headers=said_by(DIGEST)),
        KafkaInput(ORDER, headers=sale),
        KafkaInput(ORDER, headers=(*sale, *said_by(DIGEST), (b"\xff", b""))),
    ]
    assert verdicts(of, records * 20, SCHEMAS)[:4] == ["row", "skipped", "bad_frame", "bad_headers"]


IDS = st.integers(0, 2**32 - 1) | st.uuids().map(str)
HEADER = st.sampled_from([NUMBER, DIGEST, b"\x00" + struct.pack(">I", 8), None, b"", b"\x01"]) | st.binary(
    max_size=20
)
SIDES = st.lists(st.tuples(st.sampled_from([VALUE, KEY, b"h", b"\xff"]), HEADER), max_size=3)
VALUES = st.sampled_from([ORDER, TRADE, FRAMED, b"", b"{}", None, DATUMS["nested order"]]) | st.binary(
    max_size=24
)


@settings(deadline=None)
@given(records=st.lists(st.builds(KafkaInput, VALUES, headers=SIDES.map(tuple)), min_size=1, max_size=40))
def test_whatever_stands_in_headers_it_is_judged_alike(records: list[KafkaInput]) -> None:
    verdicts(orders(), records, SCHEMAS)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), ids=st.lists(IDS, min_size=1, max_size=3, unique=True))
def test_schemas_mixed_at_random_are_judged_alike(seed: int, ids: list[SchemaId]) -> None:
    makers = [AvroMaker(seed + at) for at in range(len(ids))]
    trees = [one.document() for one in makers]
    tree: Json = trees[0] | {"value": BY_HEADER}
    of = parse_document(canonical_bytes(tree))
    schemas = {one: trees[at]["value"]["schema"] for at, one in enumerate(ids)}
    records = []
    for step in range(60):
        at = step % len(ids)
        value = makers[at].record(trees[at])
        named = (ids[at], ids[at], ids[at], ids[at - 1], str(uuid.UUID(int=seed)))[step % 5]
        datum = None if value is None else value.removeprefix(FRAME)
        records.append(KafkaInput(datum, headers=said_by(header_value(named))))
    verdicts(of, records, schemas)


@given(one=IDS, sha256=st.sampled_from(["a" * 64, None]))
def test_an_id_has_one_spelling_and_comes_back_from_it(one: SchemaId, sha256: str | None) -> None:
    assert header_id(said_by(header_value(one))) == one
    names = {writer_name("confluent_header", one): sha256, "confluent:5": "b" * 64}
    assert ids_of("confluent_header", names) == ({} if sha256 is None else {one: sha256})


@given(ids=st.lists(IDS, max_size=8))
def test_the_lowest_ids_are_the_same_ones_for_everybody(ids: list[SchemaId]) -> None:
    found = in_order(ids)
    assert found == in_order(reversed(ids))
    assert [*map(type, found)] == sorted(map(type, found), key=lambda one: one is str)


def test_a_folder_of_schemas_has_guids_too(tmp_path: Path) -> None:
    for name in ("7", GUID, GUID.upper().replace("F", "E"), "notes"):
        (tmp_path / f"{name}.avsc").write_text(ORDERS)
    assert texts_in(str(tmp_path)).keys() == {7, GUID}


def test_the_fast_paths_take_such_rows() -> None:
    of, headers = orders(), [said_by(NUMBER), said_by(DIGEST), ()] * 20
    paths = paths_of(of, writers_in(of, SCHEMAS))
    assert paths is not None
    read = rows_by(paths, pa.array([ORDER] * 60, pa.large_binary()), headers)
    assert read.taken.tolist() == [True, True, False] * 20
