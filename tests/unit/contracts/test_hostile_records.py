"""A record costs what its length is worth, whatever it holds: time and memory of both judges."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import pytest
from unit.contracts.documents import document, field, list_of, map_of, struct_of

from waybill_contracts.by_hand import RecordByHand, Say, by_the_auditor, by_the_judge
from waybill_contracts.document import ContractDocument
from waybill_contracts.judging import FolderWindow, KafkaInput
from waybill_contracts.scanning import too_deep
from waybill_ops.audit.second_judge.json_nodes import read_nodes

SECONDS = 1.5
"""Of CPU. Each record here takes 0.3 at most, and took 2 to 30 where a loop went through it anew for each part."""

FLAT = document(field(1, "a", "long"), field(2, "b", "long"))
DEEP = document(
    field(1, "m", map_of(2, 3, list_of(4, struct_of(field(5, "a", "long"))))), extra="keep", ignore=["/x/y"]
)
MANY_NAMES = "{" + ",".join(f'"{at % 20_000}":1' for at in range(20_001)) + "}"
MANY_MEMBERS = '{"m":{"' + "k" * 500_000 + '":[' + ",".join(['{"u":1}'] * 20_000) + "]}}"


@pytest.mark.parametrize("judge", [by_the_judge, by_the_auditor])
@pytest.mark.parametrize(
    ("of", "value", "code"),
    [
        (FLAT, MANY_NAMES, "duplicate_field"),
        (DEEP, MANY_MEMBERS, "extra_too_long"),
    ],
    ids=["many names, one of them twice", "many unknown members below a long name"],
)
def test_a_long_record_is_gone_through_once(
    judge: Callable[[ContractDocument], Say], of: ContractDocument, value: str, code: str
) -> None:
    say = judge(of)
    begun = time.process_time()
    said = say(RecordByHand(KafkaInput(value.encode()), FolderWindow()))
    assert time.process_time() - begun < SECONDS
    assert said["reasons"][0][1] == code


@pytest.mark.parametrize("read", [too_deep, read_nodes])
def test_escapes_take_no_memory_of_their_own(read: Callable[[str], object]) -> None:
    text = '"' + "\\u0041" * 100_000 + "[" * 101 + '"'
    tracemalloc.start()
    try:
        read(text)
        assert tracemalloc.get_traced_memory()[1] < 12 * len(text)
    finally:
        tracemalloc.stop()
