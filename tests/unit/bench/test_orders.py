"""Others' orders are rows of their contracts, of one size, and contenders read the columns that the contracts have."""

from __future__ import annotations

import json
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from waybill_bench.contracts.avro_orders import AvroOrders
from waybill_bench.contracts.orders import ABSENT, OPTIONAL, FlatOrders, NestedOrders, Spelling
from waybill_bench.contracts.plan import regular
from waybill_bench.events import SMALL, Records
from waybill_bench.sink.resources import copied, text_of
from waybill_bench.sink.subjects import AVRO, FLAT, NAMES, NESTED, Subject
from waybill_bench.targets import GROUPS
from waybill_contracts.columns import value_schema
from waybill_contracts.document import ContractDocument, parse_document
from waybill_contracts.fast import paths_of, rows_by
from waybill_contracts.judging import JudgedRow, KafkaInput, RecordJudge
from waybill_streams.packaged import STREAMS

COUNT = 3000
RECORDS: dict[str, tuple[Subject, Records]] = {
    **{str(one): (FLAT, FlatOrders(spelling=one)) for one in Spelling},
    "nested": (NESTED, NestedOrders()),
    "avro": (AVRO, AvroOrders()),
}
FLINK = {"string": "STRING", "int64": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN"}


def document(of: Subject) -> ContractDocument:
    own = text_of(of.document).encode() if of.document else STREAMS[of.stream].current.document
    return parse_document(own)


def values(records: Records) -> list[bytes]:
    return [value for _, value in records.keyed(COUNT)]


@pytest.mark.parametrize(("subject", "records"), RECORDS.values(), ids=RECORDS)
def test_every_order_is_a_row_and_the_fast_paths_take_it(subject: Subject, records: Records) -> None:
    contract, found = document(subject), values(records)
    judge = RecordJudge(contract)
    assert all(isinstance(judge.judge(KafkaInput(value)), JudgedRow) for value in found)
    paths = paths_of(contract)
    assert paths is not None
    assert rows_by(paths, pa.array(found, pa.large_binary()), ()).taken.all()


@pytest.mark.parametrize(("subject", "records"), RECORDS.values(), ids=RECORDS)
def test_orders_are_of_one_size_however_they_are_spelled(subject: Subject, records: Records) -> None:
    assert sum(map(len, values(records))) / COUNT == pytest.approx(SMALL, rel=0.01), subject


@pytest.mark.parametrize(
    ("spelling", "separators"),
    [(Spelling.CANONICAL, (",", ":")), (Spelling.PYTHON, None), (Spelling.JACKSON, (",", ":"))],
    ids=str,
)
def test_orders_are_spelled_as_they_are_called(
    spelling: Spelling, separators: tuple[str, str] | None
) -> None:
    names = [one.name for one in document(FLAT).root.fields]
    for value in values(FlatOrders(spelling=spelling)):
        order = json.loads(value)
        escapes = spelling is Spelling.PYTHON
        assert value.decode() == json.dumps(order, separators=separators, ensure_ascii=escapes)
        assert sorted(order) == sorted(names)
        assert (list(order) == names) is (spelling is not Spelling.JACKSON)


def test_each_optional_field_is_absent_from_a_fifth_of_sparse_orders() -> None:
    orders = [json.loads(value) for value in values(FlatOrders(spelling=Spelling.SPARSE))]
    there = Counter(name for order in orders for name in order)
    optional = [one.name for one in document(FLAT).root.fields if not one.required]
    assert sorted(optional) == sorted(OPTIONAL)
    for name, count in there.items():
        wanted = 1 - ABSENT if name in OPTIONAL else 1
        assert count / COUNT == pytest.approx(wanted, abs=0.03), name


def test_topics_differ_by_what_they_are_seeded_with() -> None:
    first = FlatOrders()
    assert values(first)[0] != values(first.seeded(50_000))[0]


@pytest.mark.parametrize("subject", [NAMES, FLAT, NESTED, AVRO], ids=lambda one: one.stream)
def test_the_scripts_columns_are_the_contracts(subject: Subject, tmp_path: Path) -> None:
    written = runpy.run_path(str(copied("plain_files.py", tmp_path)))["COLUMNS"][subject.stream]
    wanted = value_schema(document(subject))
    assert [(one.name, told(one.type)) for one in written] == [(one.name, told(one.type)) for one in wanted]


def test_the_scripts_schema_is_the_writers(tmp_path: Path) -> None:
    written = runpy.run_path(str(copied("plain_files.py", tmp_path)))["SCHEMA"]
    assert written == json.loads(document(AVRO).value.schema or "")


@pytest.mark.parametrize("subject", [NAMES, FLAT, NESTED], ids=lambda one: one.stream)
def test_flinks_columns_are_the_contracts(subject: Subject) -> None:
    lines = text_of(f"{subject.stream}.columns.sql").splitlines()
    wanted = [f"{one.name} {told(one.type)}" for one in value_schema(document(subject))]
    assert [line.strip().removesuffix(",") for line in lines] == wanted


def told(of: pa.DataType) -> str:
    """As Flink calls it; whether null is allowed is not told."""
    if pa.types.is_struct(of):
        parts = (of.field(at) for at in range(of.num_fields))
        return f"ROW<{', '.join(f'{one.name} {told(one.type)}' for one in parts)}>"
    if pa.types.is_list(of):
        return f"ARRAY<{told(of.value_type)}>"
    if pa.types.is_decimal(of):
        return f"DECIMAL({of.precision}, {of.scale})"
    return "TIMESTAMP_LTZ(6)" if of == pa.timestamp("us", "UTC") else FLINK[str(of)]


@pytest.mark.parametrize("subject", [NAMES, FLAT, NESTED, AVRO], ids=lambda one: one.stream)
def test_a_whole_row_has_its_id_and_its_instant(subject: Subject) -> None:
    contract: Any = document(subject)
    assert (list(contract.id), contract.time) == ([subject.id], subject.time)


def test_targets_name_runs_that_the_plan_has() -> None:
    planned = {(case.name, who) for case in regular(quick=False) for who in case.contenders}
    targets = [one for one in GROUPS["contracts"] if one.value == "rows_per_second"]
    assert {who for one in targets for who in (one.of, one.to)} == planned
