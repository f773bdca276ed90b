"""``names`` as a document: its judge says of the frozen records what 0.1.0 said."""

from __future__ import annotations

from typing import Any

from corpus.frozen import verdicts
from corpus.names_document import contract_of

from waybill_contracts.by_hand import RecordByHand, by_the_auditor, by_the_judge
from waybill_contracts.document import parse_document
from waybill_contracts.judging import (
    DeadRecord,
    FolderWindow,
    JudgedRow,
    KafkaInput,
    RecordJudge,
    written_row,
)
from waybill_streams.names import NAMES

DOCUMENT = parse_document(NAMES.document)


def test_the_packaged_document_is_made_from_the_model() -> None:
    """Where the model was changed on purpose, ``python -m corpus.names_document`` writes it anew: a new version."""
    assert contract_of().document == NAMES.document
    assert contract_of(version=2).document != NAMES.document


def test_the_contract_and_its_document_say_the_same() -> None:
    said = DOCUMENT.stream, DOCUMENT.version, DOCUMENT.id, DOCUMENT.time, DOCUMENT.sha256
    assert said == (NAMES.stream, NAMES.version, (NAMES.id_field,), NAMES.time_field, NAMES.document_sha256)


def test_the_judge_of_the_document_says_what_0_1_0_said() -> None:
    judge = RecordJudge(DOCUMENT)

    def said(value: bytes | None) -> dict[str, Any]:
        found = judge.judge(KafkaInput(value))
        if isinstance(found, JudgedRow):
            return {"verdict": "row", "values": written_row(DOCUMENT, found)}
        assert isinstance(found, DeadRecord)
        return {"verdict": "dead", "reason": found.reason, "detail": found.detail}

    assert [one for one in verdicts("legacy/names.jsonl.xz") if said(one[0]) != one[1]] == []


def test_a_timestamp_outside_comes_first_and_the_rest_stays() -> None:
    judge = RecordJudge(DOCUMENT)

    def detail(value: bytes | None) -> str:
        found = judge.judge(KafkaInput(value, timestamp=2**62))
        assert isinstance(found, DeadRecord)
        assert found.reason == "bad_timestamp"
        return found.detail

    assert detail(b"[") == "kafka_timestamp: bad_timestamp; not_json"
    assert detail(b'{"x":1}').startswith("kafka_timestamp: bad_timestamp; id: missing_field; ")


def test_its_folders_keep_their_key() -> None:
    assert [one.key for one in DOCUMENT.partition_by] == ["date"]


def test_the_auditors_judge_says_it_too() -> None:
    first, second = by_the_judge(DOCUMENT), by_the_auditor(DOCUMENT)
    records = [
        RecordByHand(KafkaInput(value), FolderWindow()) for value, _ in verdicts("legacy/names.jsonl.xz")
    ]
    assert [one for one in records if first(one) != second(one)] == []
