"""Backfills: which stretch is meant, and where it may go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from unit.ledger.test_decide import plan, position, topic

from waybill_common.errors import BackfillRefused
from waybill_common.ledger import (
    Done,
    OffsetRange,
    Open,
    Situation,
    check_may_backfill,
    next_step,
    range_between,
)
from waybill_common.ledger.manifest import Manifest3
from waybill_common.ledger.offset_range import Edge, parse_edge
from waybill_common.ledger.position import NOTHING

TOPIC = topic({0: 0, 1: 0}, {0: 100, 1: 20})
STRETCH = OffsetRange({0: 10}, {0: 35})


def first(begin: dict[int, int], end: dict[int, int]) -> Manifest3:
    """The manifest that a dataset begins with that begins there."""
    step = next_step(Situation(NOTHING, TOPIC, end), replace(plan(), origin=begin))
    assert isinstance(step, Open)
    assert isinstance(step.manifest, Manifest3)
    return step.manifest


def test_a_backfills_first_manifest_begins_where_it_says_and_covers_it_once() -> None:
    manifest = first({0: 10}, {0: 35})
    assert (manifest.format, manifest.number, manifest.previous_receipt) == (3, 1, None)
    assert (manifest.before, manifest.after) == ({0: 10, 1: 0}, {0: 35, 1: 0})
    assert manifest.origin == manifest.before
    assert [(split.start, split.end) for split in manifest.splits] == [(10, 18), (18, 26), (26, 35)]


def test_an_origin_means_nothing_to_a_dataset_that_has_begun() -> None:
    begun = replace(plan(), origin={0: 10, 1: 10})
    step = next_step(Situation(position({0: 35}), TOPIC, {0: 40, 1: 2}, {0: 5}), begun)
    assert isinstance(step, Open)
    assert isinstance(step.manifest, Manifest3)
    assert (step.manifest.origin, step.manifest.before) == ({0: 5, 1: 0}, {0: 35, 1: 0})
    assert next_step(Situation(position({0: 35}), TOPIC, {0: 35}), begun) == Done()


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
    assert range_between({0: 10, 1: 20}, {0: 35, 1: 20}, TOPIC) == STRETCH


@pytest.mark.parametrize(
    ("begin", "end", "named"),
    [
        ({0: 10}, {0: 35, 1: 5}, "--to"),
        ({2: 0}, {2: 5}, "no partition 2"),
        ({0: 10}, {0: 101}, "ends at 100"),
        ({0: 10}, {0: 9}, "no offset range"),
        ({0: 10}, {0: 10}, "no offset"),
    ],
    ids=["other_partitions", "no_partition", "behind_the_end", "backwards", "empty"],
)
def test_a_stretch_that_the_topic_does_not_have_is_refused(
    begin: dict[int, int], end: dict[int, int], named: str
) -> None:
    with pytest.raises(BackfillRefused, match=named):
        range_between(begin, end, TOPIC)


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
