"""For any document and record: nothing is raised, both judges say the same, and what was kept can be judged again."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from unit.contracts.generated import Maker

from waybill_contracts.by_hand import RecordByHand, by_the_auditor, by_the_judge
from waybill_contracts.document import parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.evolution import first_difference
from waybill_contracts.judging import FolderWindow, JudgedRow, KafkaInput, RecordJudge

SEEDS = st.integers(0, 2**32)
RECORDS = 10


@given(seed=SEEDS)
def test_both_judges_say_the_same_of_any_record(seed: int) -> None:
    maker = Maker(seed)
    tree = maker.document()
    document = parse_document(canonical_bytes(tree))
    first, second = by_the_judge(document), by_the_auditor(document)
    for _ in range(RECORDS):
        record = RecordByHand(KafkaInput(maker.record(tree), **maker.around()), FolderWindow())
        assert first(record) == second(record)


@given(seed=SEEDS)
def test_a_document_is_its_own_canonical_form_and_may_follow_itself(seed: int) -> None:
    text = canonical_bytes(Maker(seed).document())
    document = parse_document(text)
    assert canonical_bytes(json.loads(document.text)) == document.text == text
    assert first_difference(document, document) is None


@given(seed=SEEDS)
def test_white_space_and_escapes_change_no_verdict(seed: int) -> None:
    """But where the record's own text is kept."""
    maker = Maker(seed)
    tree = maker.document() | {"extra": "ignore"}
    if any(one.get("as") == "json" for one in tree["fields"].values()):
        return
    judge = RecordJudge(parse_document(canonical_bytes(tree)), most=None)
    for _ in range(RECORDS):
        value = maker.record(tree)
        if value is None or "frame" in tree["value"]:
            continue
        around = maker.around()
        assert judge.judge(KafkaInput(_respelled(value), **around)) == judge.judge(
            KafkaInput(value, **around)
        )


@given(seed=SEEDS)
def test_more_fields_of_the_same_record_leave_a_rows_values_alone(seed: int) -> None:
    maker = Maker(seed)
    tree = maker.document() | {"extra": "ignore"}
    judge = RecordJudge(parse_document(canonical_bytes(tree)))
    for _ in range(RECORDS):
        value, around = maker.record(tree), maker.around()
        found = judge.judge(KafkaInput(value, **around))
        if value is not None and isinstance(found, JudgedRow) and value.endswith(b"}") and b":" in value:
            again: Any = judge.judge(KafkaInput(value[:-1] + b',"never described":[1]}', **around))
            assert again == found


@given(value=st.binary(max_size=200), seed=SEEDS)
def test_no_bytes_make_the_judge_raise(value: bytes, seed: int) -> None:
    document = parse_document(canonical_bytes(Maker(seed).document()))
    record = RecordByHand(KafkaInput(value, key=value, headers=((value, value),)), FolderWindow())
    assert by_the_judge(document)(record) == by_the_auditor(document)(record)


def _respelled(value: bytes) -> bytes:
    """The same JSON with spaces around each mark, and every character of a text that is no escape escaped."""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return value
    found, inside, escaped = [], False, False
    for one in text:
        if not inside and one in "{}[]:,":
            found.append(f" {one}\t")
        elif inside and not escaped and one.isalpha() and ord(one) < 0x10000:
            found.append(f"\\u{ord(one):04X}")
        else:
            found.append(one)
        if one == '"' and not escaped:
            inside = not inside
        escaped = inside and one == "\\" and not escaped
    return "".join(found).encode() if not _has_unicode_escape(text) else value


def _has_unicode_escape(text: str) -> bool:
    """Digits of an escape are no characters of their own."""
    return "\\u" in text
