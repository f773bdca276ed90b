"""For any document and records: what a fast path takes is a row to the judge, with the very same values."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from unit.contracts.alike import AlikeMaker
from unit.contracts.generated import Maker

from waybill_contracts.document import parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.fast import BlockJudge, FastPaths, paths
from waybill_contracts.judging import KafkaInput, RecordJudge

SEEDS = st.integers(0, 2**32)
RECORDS = 12


@pytest.fixture(autouse=True, scope="module")
def _nothing_is_caught() -> None:
    """What a fast path lets go as "don't know" would hide its own mistakes."""


@given(seed=SEEDS, kind=st.sampled_from((AlikeMaker, AlikeMaker, Maker)))
def test_a_block_has_the_judges_verdicts(seed: int, kind: type[Maker]) -> None:
    maker = kind(seed)
    tree = maker.document()
    document = parse_document(canonical_bytes(tree))
    fast, judge = BlockJudge(document, most=None), RecordJudge(document, most=None)
    for _ in range(2):
        records = [KafkaInput(maker.record(tree), **maker.around()) for _ in range(RECORDS)]
        assert [repr(one) for one in fast.judge(records)] == [repr(judge.judge(one)) for one in records]
