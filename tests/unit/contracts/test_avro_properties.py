"""Of any schema, contract and datum: nothing is raised, and both decoders, written apart, say the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from unit.contracts.avro_generated import FRAME, AvroMaker

from waybill_contracts.by_hand import RecordByHand, by_the_auditor, by_the_fast_paths, by_the_judge
from waybill_contracts.document import parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.judging import FolderWindow, KafkaInput
from waybill_ops.audit.audited_documents import read_contract

SEEDS = st.integers(0, 2**32)


@given(seed=SEEDS)
def test_both_decoders_say_the_same_of_any_datum(seed: int) -> None:
    maker = AvroMaker(seed)
    tree = maker.document()
    document = parse_document(canonical_bytes(tree))
    judge, auditor = by_the_judge(document), by_the_auditor(document)
    frame = FRAME if "frame" in tree["value"] else b""
    given = []
    for _ in range(6):
        datum = maker.datum(maker.schema)
        given += [datum, maker.altered(datum)]
    records = [RecordByHand(KafkaInput(frame + one), FolderWindow()) for one in given]
    found = [judge(one) for one in records]
    assert [auditor(one) for one in records] == found
    assert [*by_the_fast_paths(document)(records)] == found
    assert not any(["", "not_avro"] in one.get("reasons", ()) for one in found[::2])


@given(seed=SEEDS)
def test_the_auditor_reads_every_document_that_the_writer_takes(seed: int) -> None:
    tree = AvroMaker(seed).document()
    body = canonical_bytes(tree)
    assert read_contract(body, "") == tree
    parse_document(body)
