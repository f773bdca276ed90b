"""Where a dataset begins, decided of one state of its topic, and whether a dataset began otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from unit.ledger.entries import manifest3
from unit.ledger.test_decide import plan, topic

from waybill_common.errors import DataLoss, SettingsRefused
from waybill_common.ledger import (
    NOTHING,
    Done,
    Manifest,
    Open,
    Situation,
    begun_otherwise,
    next_step,
    origin_of,
)
from waybill_common.ledger.manifest import Manifest3
from waybill_common.stream_start import Start

TOPIC = topic({0: 4, 1: 0}, {0: 9, 1: 3})
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "origin"),
    [
        ("earliest", {0: 4, 1: 0}),
        ("latest", {0: 9, 1: 3}),
        (NOON, {0: 6, 1: 2}),
        ({0: 5, 1: 3}, {0: 5, 1: 3}),
    ],
    ids=["earliest", "latest", "a time", "a table"],
)
def test_a_start_comes_to_an_offset_of_each_partition(start: Start, origin: dict[int, int]) -> None:
    assert origin_of(start, TOPIC, {0: 6, 1: 2}) == origin


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({0: 5}, "names the partitions 0, names_topic has 0, 1"),
        ({0: 5, 1: 0, 7: 0}, "names the partitions 0, 1, 7, names_topic has 0, 1"),
        ({0: 10, 1: 0}, "names offset 10 of partition 0, and names_topic ends at 9 there"),
    ],
    ids=["one less", "one more", "beyond the end"],
)
def test_a_table_has_each_partition_and_no_offset_that_is_to_come(table: dict[int, int], words: str) -> None:
    with pytest.raises(SettingsRefused, match=words):
        origin_of(table, TOPIC, {})


def first(origin: dict[int, int], targets: dict[int, int], *, accept_loss: bool = False) -> Manifest | Done:
    step = next_step(Situation(NOTHING, TOPIC, targets, origin), plan(accept_loss=accept_loss))
    assert isinstance(step, Open | Done)
    return step.manifest if isinstance(step, Open) else step


@pytest.mark.parametrize("targets", [{}, {0: 9, 1: 3}], ids=["nothing asked for", "all that is there"])
def test_the_first_manifest_says_where_the_dataset_begins_whatever_is_to_be_moved(
    targets: dict[int, int],
) -> None:
    made = first({0: 9, 1: 3}, targets)
    assert isinstance(made, Manifest)
    assert (made.number, made.splits, made.holes) == (1, (), ())
    assert made.before == made.after == {0: 9, 1: 3}
    made = first({0: 4, 1: 0}, targets)
    assert isinstance(made, Manifest)
    assert (made.before, made.after) == ({0: 4, 1: 0}, {0: 4, 1: 0} | targets)


def test_what_is_gone_behind_the_origin_is_told_before_the_first_manifest_stands() -> None:
    for targets in ({}, {0: 9, 1: 3}):
        with pytest.raises(DataLoss, match="partition 0: 2 to 3"):
            first({0: 2, 1: 0}, targets)
    made = first({0: 2, 1: 0}, {}, accept_loss=True)
    assert isinstance(made, Manifest)
    assert [(one.start, one.end) for one in made.holes] == [(2, 4)]
    assert (made.before, made.after) == ({0: 2, 1: 0}, {0: 4, 1: 0})


def test_a_dataset_that_begins_at_0_by_itself_has_no_commit_that_moves_nothing() -> None:
    step = next_step(Situation(NOTHING, topic({0: 0}, {0: 0}), {0: 0}), plan())
    assert step == Done()


def test_a_dataset_that_has_begun_goes_on_whatever_start_came_to() -> None:
    at = replace(NOTHING, number=1, frontier={0: 9, 1: 3}, topic_id="id")
    assert next_step(Situation(at, TOPIC, {0: 9, 1: 3}, {0: 4, 1: 0}), plan()) == Done()
    grown = topic({0: 4, 1: 0, 2: 0}, {0: 9, 1: 3, 2: 5})
    step = next_step(Situation(at, grown, grown.log_ends, {0: 4, 1: 0}), plan())
    assert isinstance(step, Open)
    assert isinstance(step.manifest, Manifest3)
    assert (step.manifest.before[2], step.manifest.origin) == (0, {0: 4, 1: 0, 2: 0})


def manifest(before: dict[int, int], after: dict[int, int]) -> Manifest:
    splits = tuple({"partition": p, "start": s, "end": after[p]} for p, s in before.items() if s < after[p])
    return manifest3(before=before, origin=before, after=after, splits=splits)


EMPTY, FULL = manifest({0: 4, 1: 0}, {0: 4, 1: 0}), manifest({0: 4, 1: 0}, {0: 9, 1: 0})


@pytest.mark.parametrize(
    ("start", "begun", "now", "at", "differ"),
    [
        ("earliest", FULL, TOPIC, {}, ()),
        ("earliest", FULL, topic({0: 7, 1: 1}, {0: 99, 1: 9}), {}, ()),
        ("earliest", FULL, topic({0: 3, 1: 0}, {0: 9, 1: 3}), {}, (0,)),
        ("latest", EMPTY, TOPIC, {}, ()),
        ("latest", FULL, TOPIC, {}, (0,)),
        (NOON, FULL, TOPIC, {0: 4, 1: 2}, ()),
        (NOON, FULL, TOPIC, {0: 3, 1: 0}, (0,)),
        (NOON, FULL, TOPIC, {0: 6, 1: 0}, (0,)),
        (NOON, FULL, topic({0: 6, 1: 0}, {0: 9, 1: 3}), {0: 6, 1: 0}, ()),
        (NOON, EMPTY, TOPIC, {0: 7, 1: 0}, ()),
        ({0: 4, 1: 0}, FULL, TOPIC, {}, ()),
        ({0: 4}, FULL, TOPIC, {}, ()),
        ({0: 5, 1: 0, 2: 8}, FULL, TOPIC, {}, (0, 2)),
    ],
)  # fmt: skip
def test_a_start_that_would_have_begun_elsewhere_is_told_as_far_as_the_topic_still_tells(
    start: Start, begun: Manifest, now: Any, at: dict[int, int], differ: tuple[int, ...]
) -> None:
    assert begun_otherwise(start, begun, now, at) == differ
