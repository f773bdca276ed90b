"""Backfills: which stretch is meant, and where it may go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from datetime import datetime

import pytest
from unit.ledger.test_decide import plan
from unit.ledger.test_decide import position
from unit.ledger.test_decide import topic

from waybill_common.errors import BackfillRefused
from waybill_common.ledger import Done
from waybill_common.ledger import Manifest
from waybill_common.ledger import Open
from waybill_common.ledger import Situation
from waybill_common.ledger import Stretch
from waybill_common.ledger import check_may_backfill
from waybill_common.ledger import next_step
from waybill_common.ledger import stretch_between
from waybill_common.ledger.position import NOTHING
from waybill_common.ledger.stretch import Edge
from waybill_common.ledger.stretch import parse_edge

TOPIC = topic({0: 0, 1: 0}, {0: 100, 1: 20})
STRETCH = Stretch({0: 10}, {0: 35})


def first(begin: dict[int, int], end: dict[int, int]) -> Manifest:
    """The manifest that a dataset begins with that begins there."""
    step = next_step(Situation(NOTHING, TOPIC, end), replace(plan(), origin=begin))
    assert isinstance(step, Open)
    return step.manifest


def test_a_backfills_first_manifest_begins_where_it_says_and_covers_it_once() -> None:
    manifest = first({0: 10}, {0: 35})
    assert (manifest.format, manifest.number, manifest.previous_receipt) == (2, 1, None)
    assert (manifest.before, manifest.after) == ({0: 10, 1: 0}, {0: 35, 1: 0})
    assert [(split.start, split.end) for split in manifest.splits] == [(10, 18), (18, 26), (26, 35)]


def test_a_dataset_that_begins_at_0_keeps_format_1() -> None:
    assert first({}, {0: 35}).format == 1
    assert first({0: 0}, {0: 35}).format == 1


def test_an_origin_means_nothing_to_a_dataset_that_has_begun() -> None:
    begun = replace(plan(), origin={0: 10, 1: 10})
    step = next_step(Situation(position({0: 35}), TOPIC, {0: 40, 1: 2}), begun)
    assert isinstance(step, Open)
    assert (step.manifest.format, step.manifest.before) == (1, {0: 35, 1: 0})
    assert next_step(Situation(position({0: 35}), TOPIC, {0: 35}), begun) == Done()


@pytest.mark.parametrize(
    ("number", "before", "format"), [(1, {0: 10}, 1), (1, {0: 0}, 2), (2, {0: 10}, 2)], ids=str
)
def test_the_format_says_whether_a_dataset_begins_behind_0(
    number: int,
    before: dict[int, int],
    format: int,  # noqa: A002
) -> None:
    fields = first({0: 10}, {0: 35}).model_dump() | {"number": number, "before": before, "format": format}
    with pytest.raises(ValueError, match="format"):
        Manifest.model_validate(fields)


@pytest.mark.parametrize(
    ("text", "edge"),
    [
        ("0:100,1:50", {0: 100, 1: 50}),
        ("3:0", {3: 0}),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
        ("2026-11-22T02:00:00+02:00", datetime(2026, 11, 22, tzinfo=UTC)),
    ],
)
def test_an_edge_is_offsets_or_a_time(text: str, edge: Edge) -> None:
    assert parse_edge(text) == edge


@pytest.mark.parametrize("text", ["", "0", "0:1,0:2", "0:x", "0:-1", "noon", "0:1-2"])
def test_what_is_no_edge_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"neither|twice"):
        parse_edge(text)


def test_partitions_without_an_offset_in_the_stretch_are_left_out() -> None:
    assert stretch_between({0: 10, 1: 20}, {0: 35, 1: 20}, TOPIC) == STRETCH


@pytest.mark.parametrize(
    ("begin", "end", "named"),
    [
        ({0: 10}, {0: 35, 1: 5}, "--to"),
        ({2: 0}, {2: 5}, "no partition 2"),
        ({0: 10}, {0: 101}, "ends at 100"),
        ({0: 10}, {0: 9}, "no stretch"),
        ({0: 10}, {0: 10}, "no offset"),
    ],
    ids=["other_partitions", "no_partition", "behind_the_end", "backwards", "empty"],
)
def test_a_stretch_that_the_topic_does_not_have_is_refused(
    begin: dict[int, int], end: dict[int, int], named: str
) -> None:
    with pytest.raises(BackfillRefused, match=named):
        stretch_between(begin, end, TOPIC)


def test_an_empty_dataset_takes_any_and_a_begun_one_the_same_again() -> None:
    check_may_backfill(STRETCH, NOTHING, None, "lake")
    check_may_backfill(STRETCH, NOTHING, first({0: 10}, {0: 35}), "lake")
    check_may_backfill(STRETCH, position({0: 90, 1: 3}), first({0: 10}, {0: 35}), "lake")


@pytest.mark.parametrize(
    ("begin", "end"),
    [({}, {0: 35}), ({0: 10}, {0: 36}), ({0: 11}, {0: 35}), ({0: 10}, {0: 35, 1: 1}), ({0: 50}, {0: 60})],
    ids=["from_0", "further", "later", "another_partition", "elsewhere"],
)
def test_any_other_dataset_is_refused_by_name(begin: dict[int, int], end: dict[int, int]) -> None:
    with pytest.raises(
        BackfillRefused, match=r"/lake already holds a dataset.*this backfill is of partition 0"
    ):
        check_may_backfill(STRETCH, position({0: 35}), first(begin, end), "/lake")


def test_a_dataset_whose_first_manifest_is_gone_is_refused() -> None:
    with pytest.raises(BackfillRefused, match="a manifest that is gone"):
        check_may_backfill(STRETCH, position({0: 35}), None, "/lake")
