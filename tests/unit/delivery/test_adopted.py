"""Two attempts at one split: what the second reports is what stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from unit.contract.messages import message
from unit.ledger.entries import manifest3

from waybill_common.lake import open_lake
from waybill_common.ledger import Split, SplitReport3
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_delivery.events import decoder_of
from waybill_delivery.letter_groups import LetterGroup
from waybill_delivery.splits.task import store_split
from waybill_delivery.splits.task_context import TaskContext
from waybill_streams.names import NAMES

BROKEN = (b"broken", b"broken too", b"and this")


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_letters_that_only_the_attempt_before_could_read_are_counted_with_their_bytes(
    gone: int, tmp_path: Path
) -> None:
    lake = open_lake(LakeSettings(url=str(tmp_path)), "names")
    context = TaskContext(manifest3(), NAMES, KafkaSettings(), lake, accept_loss=True)
    split, decoder = Split(partition=0, start=0, end=3), decoder_of(NAMES, 3)
    messages = [message(offset, 1_795_917_241_691, value) for offset, value in enumerate(BROKEN)]
    first = store_split(context, split, [decoder.decode(0, messages)], 0)
    second = store_split(replace(context), split, [decoder.decode(0, messages[gone:])], gone)
    for report in (first.report, second.report):
        assert isinstance(report, SplitReport3)
        assert report.dead_letters is not None
        stored = pq.read_table(tmp_path / "names" / report.dead_letters.key)
        length = pc.sum(pc.binary_length(stored["value"])).as_py()
        assert (report.dead_letters.raw_bytes, report.raw_bytes) == (length, length)
    assert first.letters == second.letters == (LetterGroup("not_json", None, 3, 0, 0),)


def test_letters_of_an_object_that_stood_already_are_those_of_what_stands(tmp_path: Path) -> None:
    """Another release's attempt gave other reasons: they count, as the report's do."""
    lake = open_lake(LakeSettings(url=str(tmp_path)), "names")
    context = TaskContext(manifest3(), NAMES, KafkaSettings(), lake, accept_loss=False)
    split, decoder = Split(partition=0, start=0, end=3), decoder_of(NAMES, 3)
    block = decoder.decode(0, [message(at, 1_795_917_241_691, value) for at, value in enumerate(BROKEN)])
    others = [replace(one, reason="wrong_type", detail="city: wrong_type") for one in block.dead[:2]]
    store_split(context, split, [replace(block, dead=(*others, block.dead[2]))], 0)
    done = store_split(context, split, [block], 0)
    assert done.letters == (
        LetterGroup("wrong_type", "city", 2, 0, 0),
        LetterGroup("not_json", None, 1, 0, 2),
    )
    assert done.report.reasons == {"not_json": 1, "wrong_type": 2}
