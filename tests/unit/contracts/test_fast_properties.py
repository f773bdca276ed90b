"""For any document and records: what a fast path takes is a row to the judge, with the very same values."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.contracts.alike import AlikeMaker
from unit.contracts.avro_generated import AvroMaker
from unit.contracts.generated import Maker

from waybill_contracts.document import parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.fast import BlockJudge, avro_paths, paths
from waybill_contracts.fast.paths import FastPaths
from waybill_contracts.judging import JudgedRow, KafkaInput, RecordJudge

SEEDS = st.integers(0, 2**32)
RECORDS = 12


@pytest.fixture(autouse=True, scope="module")
def _nothing_is_caught() -> Iterator[None]:
    """What is let go as "don't know" would hide a mistake of ours."""
    with pytest.MonkeyPatch.context() as patch:
        for one in (paths, avro_paths):
            patch.setattr(one, "RAISED", ())
        yield


@settings(max_examples=1_000)
@given(seed=SEEDS, kind=st.sampled_from((AlikeMaker, AlikeMaker, Maker, AvroMaker)))
def test_a_block_has_the_judges_verdicts(seed: int, kind: type[Maker]) -> None:
    maker = kind(seed)
    tree = maker.document()
    document = parse_document(canonical_bytes(tree))
    fast, judge = BlockJudge(document, most=None), RecordJudge(document, most=None)
    for _ in range(2):
        records = [KafkaInput(maker.record(tree), **maker.around()) for _ in range(RECORDS)]
        # As text: 0.0 equals -0.0, and 1 equals 1.0.
        assert [repr(one) for one in fast.judge(records)] == [repr(judge.judge(one)) for one in records]


@given(seed=SEEDS, at=st.floats(0, 1), broken=st.sampled_from([bytes((one,)) for one in range(256)]))
def test_one_byte_more_less_or_other_is_seen(seed: int, at: float, broken: bytes) -> None:
    """Of a record that is taken: each of its bytes is looked at."""
    maker = AlikeMaker(seed)
    maker.odd = maker.wrong = 0
    tree = maker.document()
    document = parse_document(canonical_bytes(tree))
    judge = RecordJudge(document, most=None)
    fast = BlockJudge(document, most=None)
    values = [one for one in (maker.record(tree) for _ in range(RECORDS)) if one is not None]
    near = []
    for value in values:
        place = int(at * len(value))
        near += [value[:place] + broken + value[place + more :] for more in (0, 1)]
        near += [value[:place] + value[place + 1 :], value[:place]]
    records = [KafkaInput(one) for one in (*values, *near)]
    assert [repr(one) for one in fast.judge(records)] == [repr(judge.judge(one)) for one in records]


def test_most_rows_of_one_spelling_are_taken() -> None:
    """Else the tests above would say nothing."""
    rows = taken = 0
    for seed in range(60):
        maker = AlikeMaker(seed)
        tree = maker.document() | {"select": None}
        tree = {name: one for name, one in tree.items() if one is not None}
        document = parse_document(canonical_bytes(tree))
        values = [maker.record(tree) for _ in range(3 * RECORDS)]
        found = FastPaths(document).read(pa.array(values, pa.large_binary()))
        judge = RecordJudge(document)
        rows += sum(isinstance(judge.judge(KafkaInput(one)), JudgedRow) for one in values)
        taken += len(found.rows)
    assert rows > 300
    assert taken > 0.6 * rows
