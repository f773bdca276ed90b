"""What is stored of a record by a contract's document is what its judge says, whatever the record's neighbours are."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from confluent_kafka import Message
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.contract.messages import message
from unit.contracts.alike import AlikeMaker
from unit.contracts.avro_generated import AvroMaker
from unit.contracts.documents import Json, field, map_of, raw
from unit.contracts.generated import Maker
from unit.delivery.orders import bound, order, orders

from waybill_common.contract import DEAD_CODES, BoundContract
from waybill_contracts.columns import RowColumns
from waybill_contracts.document import parse_document
from waybill_contracts.judging import DeadRecord, JudgedRow, KafkaInput, RecordJudge
from waybill_delivery.events import Block, decoder_of, document_decode

FIRST = 7
"""Offset of a block's first record."""


def messages_of(records: list[KafkaInput]) -> list[Message]:
    return [
        message(
            FIRST + at,
            one.timestamp,
            one.value,
            one.key,
            [(name.decode(), value) for name, value in one.headers],
        )
        for at, one in enumerate(records)
    ]


def weight(record: KafkaInput) -> int:
    return len(record.value or b"") + len(record.key or b"")


def check(contract: BoundContract, records: list[KafkaInput], block: Block) -> None:
    """The block holds what the judge says of each record by itself."""
    of = parse_document(contract.document)
    judge = RecordJudge(of)
    rows, dead, skipped = [], [], []
    for offset, record in enumerate(records, FIRST):
        verdict = judge.judge(record)
        if isinstance(verdict, JudgedRow):
            rows.append((offset, verdict, record))
        elif isinstance(verdict, DeadRecord):
            dead.append((offset, verdict.reason, verdict.detail, record))
        else:
            skipped.append((offset, record))
    expected = RowColumns(of).batch(3, [offset for offset, _, _ in rows], [row for _, row, _ in rows])
    block.rows.validate(full=True)
    assert block.rows.schema.equals(expected.schema, check_metadata=True)
    assert block.rows.combine_chunks().to_pylist() == expected.to_pylist()
    assert block.rows.equals(pa.Table.from_batches([expected]))
    assert block.raw_bytes.to_pylist() == [weight(record) for _, _, record in rows]
    assert [(one.record.offset, one.reason, one.detail) for one in block.dead] == [one[:3] for one in dead]
    assert [
        (one.record.value, one.record.key, one.record.headers, one.record.timestamp) for one in block.dead
    ] == [(one.value, one.key, one.headers, one.timestamp) for *_, one in dead]
    assert {one.reason for one in block.dead} <= {*DEAD_CODES}
    assert block.skipped == tuple(offset for offset, _ in skipped)
    assert block.skipped_bytes == sum(weight(record) for _, record in skipped)


def utf8(headers: tuple[tuple[bytes, bytes | None], ...]) -> tuple[tuple[bytes, bytes | None], ...]:
    """No message that Python makes has other names."""
    return tuple((name if name != b"\xff" else b"a", value) for name, value in headers)


def generated(maker: Maker, tree: Json, count: int) -> list[KafkaInput]:
    records = []
    for _ in range(count):
        around = maker.around()
        around["headers"] = utf8(around["headers"])
        records.append(KafkaInput(maker.record(tree), **around))
    return records


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from((AlikeMaker, Maker, AvroMaker)))
def test_what_is_stored_is_what_the_judge_says_whatever_the_neighbours(seed: int, kind: type[Maker]) -> None:
    maker = kind(seed)
    tree = maker.document()
    records = generated(maker, tree, 12)
    plain = [KafkaInput(one.value, timestamp=1_764_421_200_123) for one in records for _ in range(2)]
    contract = bound(tree)
    fast, slow = decoder_of(contract, 3), decoder_of(contract, 3, fast=False)
    mixed = maker.dice.sample(records, len(records))
    for some, decoder in (
        (records, fast),
        (plain, fast),
        (mixed, fast),
        (mixed, slow),
        (records[:1], fast),
        ([], fast),
    ):
        check(contract, some, decoder.decode(3, messages_of(some)))


ASKED = {"select": {"header": "kind", "in": ["order"]}}
FRAME = b"\x00\x00\x00\x00\x07"
AROUND: dict[str, tuple[BoundContract, list[dict[str, Any]]]] = {
    "keys of text": (orders(), [{"key": b"k"}, {"key": None}, {"key": b"\xff"}, {"key": b"k"}]),
    "keys of bytes": (orders(key={"format": "binary"}), [{"key": b"\xff"}, {"key": None}, {"key": b""}]),
    "keys of JSON": (
        orders(key={"format": "json"}),
        [{"key": b' {"a":1} '}, {"key": b"{"}, {"key": b"null"}],
    ),
    "keys in frames": (
        orders(key={"format": "text", "frame": "confluent"}),
        [{"key": FRAME + b"k"}, {"key": FRAME}, {"key": b"k"}],
    ),
    "headers": (
        orders(headers=True),
        [{"headers": ((b"a", b"\xff"), (b"a", None))}, {}, {"headers": (("é".encode(), b""),)}],
    ),
    "asked for by a header": (
        orders(**ASKED),
        [
            {"headers": ((b"kind", b"order"),)},
            {"headers": ((b"kind", b"else"),)},
            {},
            {"headers": ((b"kind", b"order"), (b"kind", b"order"))},
            {"headers": ((b"kind", b"order"),), "key": b"\xff"},
        ],
    ),
    "timestamps": (
        orders(key=None),
        [{"timestamp": one} for one in (-1, 0, 1, 2**62, -(2**62), 253_402_300_799_999, 253_402_300_800_000)],
    ),
}


@pytest.mark.parametrize("case", AROUND)
def test_what_stands_around_a_value_counts_whichever_path_takes_the_value(case: str) -> None:
    contract, arounds = AROUND[case]
    records = [KafkaInput(order(at), **{"timestamp": 5, **around}) for at, around in enumerate(arounds * 5)]
    broken = [KafkaInput(b"{}", **{"timestamp": 5, **around}) for around in arounds]
    check(contract, [*records, *broken], decoder_of(contract, 3).decode(3, messages_of([*records, *broken])))


def test_records_that_a_field_does_not_ask_for_are_skipped_and_their_bytes_counted() -> None:
    contract = orders(select={"field": "kind", "in": ["order"]})
    records = [KafkaInput(order(at, kind="order" if at % 3 else "else"), b"key") for at in range(30)]
    block = decoder_of(contract, 3).decode(3, messages_of(records))
    check(contract, records, block)
    assert len(block.skipped) == 10
    assert block.skipped_bytes > 0


@pytest.mark.parametrize("form", ["text", "binary"])
@pytest.mark.parametrize("frame", [None, "confluent"])
def test_values_of_one_column_are_stored_as_they_are(form: str, frame: str | None) -> None:
    kind = {"text": "string", "binary": "binary"}[form]
    value = {"format": form, **({"frame": frame} if frame else {})}
    contract = bound(raw(field(1, "line", kind, required=True), value=value))
    texts = [b"a", "\ufeffé".encode(), b"", b"\xff", b"\x00", None, FRAME, FRAME + b"x", b'{"a":1}']
    records = [KafkaInput(one) for one in texts]
    check(contract, records, decoder_of(contract, 3).decode(3, messages_of(records)))


def test_a_tombstone_is_a_row_without_values_where_the_contract_wants_it() -> None:
    contract = orders(tombstones="row")
    records = [KafkaInput(order(1), b"a"), KafkaInput(None, b"b"), KafkaInput(order(2), b"c")]
    block = decoder_of(contract, 3).decode(3, messages_of(records))
    check(contract, records, block)
    assert block.rows["kafka_tombstone"].to_pylist() == [False, True, False]
    assert block.rows["order_id"].to_pylist() == ["o-1", None, "o-2"]


def test_rows_too_large_for_one_array_are_laid_out_in_several(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = RowColumns.batch

    def small(self: RowColumns, partition: int, offsets: Any, rows: Any) -> pa.RecordBatch:
        if len(rows) > 2:
            raise OverflowError
        return batch(self, partition, offsets, rows)

    contract = bound(raw(field(1, "m", map_of(2, 3, "long"))))
    records = [KafkaInput(b'{"m":{"a":%d}}' % at) for at in range(7)]
    monkeypatch.setattr(RowColumns, "batch", small)
    block = decoder_of(contract, 3).decode(3, messages_of(records))
    assert block.rows["m"].to_pylist() == [[("a", at)] for at in range(7)]
    assert block.rows["kafka_offset"].to_pylist() == [*range(FIRST, FIRST + 7)]


def test_rows_with_long_extras_are_laid_out_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_decode, "_MOST_EXTRA", 20)
    records = [KafkaInput(order(at, **{f"new{at}": at}) if at % 3 else b"{") for at in range(20)]
    check(orders(), records, decoder_of(orders(), 3, fast=False).decode(3, messages_of(records)))


def test_by_the_judge_alone_each_record_is_told_before_it_is_seen() -> None:
    seen: list[int] = []
    decoder = decoder_of(orders(), 3, fast=False, watch=seen.append)
    decoder.decode(3, messages_of([KafkaInput(order(1)), KafkaInput(b"{"), KafkaInput(None)]))
    assert seen == [FIRST, FIRST + 1, FIRST + 2]


@pytest.mark.parametrize("headers", [False, True], ids=["without a column", "with one"])
def test_a_dead_letter_says_where_its_schemas_id_is_though_headers_are_not_asked_for(headers: bool) -> None:
    by_header = ((b"__value_schema_id", b"\x01" * 17), (b"__key_schema_id", b"\x01" * 17))
    tree = raw(
        field(1, "v", "long"),
        value={"format": "json", "frame": "confluent"},
        key={"format": "text", "frame": "glue"},
        headers=headers,
    )
    contract = bound(tree)
    framed = b"\x00\x00\x00\x00\x07" + b'{"v":1}'
    records = [
        KafkaInput(b'{"v":1}', None, by_header, 0),
        KafkaInput(framed, b"key", by_header, 0),
        KafkaInput(framed, None, by_header, 0),
    ]
    block = decoder_of(contract, 3).decode(3, messages_of(records))
    check(contract, records, block)
    assert [one.detail for one in block.dead] == [
        ": bad_frame looks like confluent_header",
        "kafka_key: bad_key looks like confluent_header",
    ]
