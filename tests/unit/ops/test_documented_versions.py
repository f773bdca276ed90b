"""Commits of several contracts in one dataset: each is audited by its own."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sample_events import START, nth_event
from unit.contracts.documents import document, field
from unit.ops.altered import cell
from unit.ops.documented import WINDOW, Dataset

from waybill_common.errors import ContractUnknown
from waybill_common.settings import LakeSettings
from waybill_contracts.document import parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.judging import KafkaInput
from waybill_ops.audit.audited_ledger import BoundSplit
from waybill_ops.audit.entries import Span
from waybill_ops.audit.findings import Code
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.ledger_files import read_ledger
from waybill_ops.audit.record_terms import terms_of
from waybill_streams.names import NAMES

ONE = document(field(1, "a", "int", required=True), field(2, "d", "decimal(4, 1)"), extra="keep")
TWO = document(
    field(1, "a", "long"), field(2, "d", "decimal(9, 1)"), field(3, "m", "string"), extra="keep", version=2
)


@pytest.fixture
def grown(tmp_path: Path) -> Dataset:
    """Of two versions, each with the same records."""
    made = Dataset(tmp_path)
    records = [
        KafkaInput(one) for one in (b'{"a":1,"d":1.5,"m":"x"}', b'{"a":3000000000}', b'{"d":2000}', b"{}")
    ]
    made.commit(ONE, records)
    made.commit(TWO, records)
    return made


def counts(dataset: Dataset) -> list[tuple[int, int]]:
    """Rows and dead letters of each split."""
    return [(split["rows"], split["dead"]) for one in dataset.commits for split in one.splits]


def test_each_commit_is_judged_by_its_own_version(grown: Dataset) -> None:
    assert grown.audit() == []
    assert counts(grown) == [(1, 3), (4, 0)]


def test_a_commit_that_was_judged_by_another_version_is_found(grown: Dataset) -> None:
    """Its objects have the columns of that version, too."""
    grown.commit(TWO, [KafkaInput(b'{"a":1}'), KafkaInput(b'{"a":3000000000}')], judge=ONE)
    assert grown.codes() == {Code.OBJECT_UNREADABLE, Code.MISSING, Code.MISJUDGED}


def test_a_document_of_another_stream_is_found(tmp_path: Path) -> None:
    made = Dataset(tmp_path, "t")
    made.commit(ONE, [KafkaInput(b'{"a":1}')])
    assert made.codes() == {Code.COMMIT_INCONSISTENT}
    redriven = Dataset(tmp_path, "s_redriven")
    redriven.commit(ONE, [KafkaInput(b'{"a":1}')])
    assert redriven.audit() == []


def test_records_skipped_by_a_contract_that_asks_for_all_are_found_without_kafka(grown: Dataset) -> None:
    grown.commits[0].splits[0].update(skipped=1, empty=0)
    grown.write()
    assert [one.code for one in grown.audit(log_start=99)] == [Code.COMMIT_INCONSISTENT]


def test_a_version_of_names_that_no_release_carries_is_judged_and_the_one_that_it_carries_is_compared(
    tmp_path: Path,
) -> None:
    tree = json.loads(NAMES.document)
    tree["schema"]["fields"].append(field(14, "more", "string"))
    own, later = parse_document(NAMES.document), parse_document(canonical_bytes(tree | {"version": 2}))
    events = [nth_event(at, produced_at=START + timedelta(days=at)) for at in range(3)]
    old = [KafkaInput(NAMES.encode(one), b"k", (), 1_764_421_200_123) for one in events]
    new = [KafkaInput((one.value or b"")[:-1] + b',"more":"x"}', b"k", (), 5) for one in old]
    made = Dataset(tmp_path, "names")
    made.commit(own, [*old, KafkaInput(b"{", timestamp=5)])
    made.commit(later, [*new, *old])
    assert [one for one in made.audit() if one.code.fails] == []
    assert counts(made) == [(3, 1), (3, 3)]
    for commit in made.commits:
        made.rewrite(commit.splits[0]["data"][0], cell("city", 0))
    found = [(one.code, one.where) for one in made.audit() if one.code.fails]
    assert found == [(Code.ROW_ALTERED, "partition 0 offset 0"), (Code.ROW_ALTERED, "partition 0 offset 5")]


def test_a_dataset_without_documents_of_a_stream_that_no_release_carries_wants_another_release(
    tmp_path: Path,
) -> None:
    ledger = read_ledger(LakeReader(LakeSettings(url=str(tmp_path)), "orders"))
    terms_of(ledger, "orders")
    ledger.splits.append(BoundSplit(1, Span(0, 0, 1), None, None))
    with pytest.raises(ContractUnknown, match="name no document"):
        terms_of(ledger, "orders")


@pytest.mark.parametrize(("form", "kind"), [("text", "string"), ("binary", "binary")])
def test_a_topic_of_texts_or_bytes_closes_and_a_changed_one_does_not(
    form: str, kind: str, tmp_path: Path
) -> None:
    of = document(
        field(1, "line", kind, required=True), value={"format": form, "frame": "confluent"},
        key={"format": "binary"}, entries={"1": {"rules": {"maxLength": 3}}}, time="kafka_timestamp",
        partition_by=["hour(kafka_timestamp)"],
    )  # fmt: skip
    values = (b"\0abcdxyz", b"\0abcd", b"\0abcd\xff", b"\0abcdlong", b"x", None)
    made = Dataset(tmp_path)
    made.commit(of, [KafkaInput(one, b"\xff", (), 1_764_421_200_123) for one in values], window=WINDOW)
    assert made.audit() == []
    assert counts(made) == [(1, 5) if form == "text" else (2, 4)]
    made.rewrite(made.commits[0].splits[0]["data"][0], cell("line", 0))
    assert made.codes() == {Code.ROW_ALTERED}
