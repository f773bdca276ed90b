"""How long splits are: they follow from the last receipt, and no estimate makes a commit of very many."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.ledger.entries import manifest1, manifest3
from unit.ledger.test_decide import plan, position, topic

from waybill_common.ledger import (
    LedgerPosition,
    Manifest,
    ManifestPlan,
    Open,
    Situation,
    SplitReport,
    SplitReport1,
    SplitReport3,
    next_step,
)
from waybill_common.ledger.journal import _behind
from waybill_common.ledger.receipt import receipt_for
from waybill_common.ledger.split_sizes import FIRST, MOST_BY_SIZE, Seen, plan_splits, seen_in

MIB = 2**20
PLAN = replace(plan(longest=500_000), split_bytes=64 * MIB)


def opened(known: dict[int, Seen] | None, ends: dict[int, int], how: ManifestPlan = PLAN) -> Manifest:
    at = replace(position(dict.fromkeys(ends, 0)), seen=known)
    step = next_step(Situation(at, topic(dict.fromkeys(ends, 0), ends), ends), how)
    assert isinstance(step, Open)
    return step.manifest


def lengths(manifest: Manifest) -> list[int]:
    return [split.length for split in manifest.splits]


def test_the_first_commit_has_a_short_split_of_each_partition_and_ends_there() -> None:
    manifest = opened(None, {0: 2_000_000, 1: 300, 2: 0})
    assert lengths(manifest) == [FIRST, 300]
    assert manifest.after == {0: FIRST, 1: 300, 2: 0}


def test_the_first_commit_is_no_coarser_than_rows_per_object_says() -> None:
    manifest = opened(None, {0: 25_000}, replace(PLAN, rows_per_object=4_000))
    assert lengths(manifest) == [3_333, 3_333, 3_334]


def test_a_backfill_is_one_commit_that_begins_with_a_short_split() -> None:
    manifest = opened(None, {0: 1_000_000}, replace(PLAN, in_one=True))
    assert manifest.after == {0: 1_000_000}
    assert lengths(manifest)[0] == FIRST
    assert 60_000 < min(lengths(manifest)[1:]) <= max(lengths(manifest)) <= 65_536


@pytest.mark.parametrize(
    ("seen", "longest"),
    [
        (Seen(50_000, 50_000 * 350), 190_000),
        (Seen(10_000, 10_000 * 10**6), 67),
        (Seen(10_000, 0), 500_000),
        (Seen(1, 10**6), 6_150),
        (Seen(1, 5), 66_000),
    ],
    ids=["of 350 bytes", "of a megabyte", "of no bytes", "one large one", "one small one"],
)
def test_a_split_is_as_long_as_the_last_records_let_it_be(seen: Seen, longest: int) -> None:
    made = plan_splits({0: (0, 10**6)}, {0: seen}, split_bytes=64 * MIB, most_rows=500_000, in_one=False)
    assert made[0].longest == pytest.approx(longest, rel=0.02)


def test_a_usual_commit_has_one_split_of_each_partition() -> None:
    known = {p: Seen(10_000, 10_000 * 350) for p in range(4)}
    assert lengths(opened(known, dict.fromkeys(range(4), 50_000))) == [50_000] * 4
    assert lengths(opened(known, dict.fromkeys(range(4), 200_000))) == [100_000] * 8


def test_a_partition_without_records_so_far_is_cut_as_the_others_are() -> None:
    manifest = opened({0: Seen(1_000, 10**9)}, {0: 500, 1: 500})
    assert [s.length for s in manifest.splits if s.partition == 1] == [
        s.length for s in manifest.splits if s.partition == 0
    ]


def test_large_records_make_a_commit_shorter_not_one_of_countless_splits() -> None:
    manifest = opened({0: Seen(10_000, 10**10), 1: Seen(10, 10)}, {0: 10_000_000, 1: 5})
    assert len(manifest.splits) == MOST_BY_SIZE
    assert manifest.after[1] == 5
    assert 60_000 < manifest.after[0] < 80_000


@pytest.mark.parametrize(
    ("seen", "moved"),
    [
        (Seen(10_000, 3_500_000, 3_000), 336_000),
        (Seen(10_000, 3_500_000, 10_000), 101_000),
        (Seen(1, 350, 1), 10_000_000),
        (Seen(190_000, 66_500_000, 3_653), 5_200_000),
    ],
    ids=["of many days", "each of its own day", "one record", "whole splits of ten years"],
)
def test_a_commit_whose_records_go_to_many_folders_is_shorter(seen: Seen, moved: int) -> None:
    """Else its receipt, which names each object, could not be read again, and the dataset would stand still."""
    manifest = opened({0: seen, 1: seen}, {0: 5_000_000, 1: 5_000_000})
    assert sum(manifest.after.values()) == pytest.approx(moved, rel=0.02)


SEEN = st.builds(Seen, st.integers(1, 10**7), st.integers(0, 10**12), st.integers(0, 10**7))


@given(
    ends=st.dictionaries(st.integers(0, 9), st.integers(0, 10**9), min_size=1),
    known=st.none() | st.dictionaries(st.integers(0, 9), SEEN),
    split_bytes=st.integers(MIB, 2**32),
    most_rows=st.integers(10**5, 10**9),
    in_one=st.booleans(),
)
def test_a_commit_moves_something_of_each_partition_in_few_splits_none_too_long(
    ends: dict[int, int], known: dict[int, Seen] | None, split_bytes: int, most_rows: int, in_one: bool
) -> None:
    ranges = {p: (0, end) for p, end in ends.items()}
    made = plan_splits(ranges, known, split_bytes=split_bytes, most_rows=most_rows, in_one=in_one)
    count = 0
    for p, one in made.items():
        assert min(1, ends[p]) <= one.end <= ends[p]
        assert not in_one or one.end == ends[p]
        assert 1 <= one.longest <= most_rows
        count += -(-one.end // one.longest)
    by_rows = sum(-(-one.end // most_rows) for one in made.values())
    assert count <= max(MOST_BY_SIZE, by_rows) + len(ends)


def report(
    *, rows: int = 0, lost: int = 0, empty: int = 0, raw_bytes: int = 0, partition: int = 0
) -> SplitReport3:
    """Unchecked: its objects are left out."""
    return SplitReport3.model_construct(
        partition=partition,
        start=0,
        end=rows + lost + empty,
        rows=rows,
        dead=0,
        skipped=0,
        empty=empty,
        lost=lost,
        tombstones=0,
        raw_bytes=raw_bytes,
        holes=(),
        reasons={},
        data=(),
        dead_letters=None,
    )


def test_lost_offsets_and_stretches_without_a_record_say_nothing_of_records() -> None:
    assert seen_in([]) is None
    assert seen_in([report(lost=9)]) is None
    assert seen_in([report(empty=9)]) == {}
    both = [report(rows=5, lost=3, empty=1, raw_bytes=70), report(rows=4, raw_bytes=30)]
    assert seen_in([*both, report(empty=9, partition=1)]) == {0: Seen(10, 100)}


def test_objects_are_counted_of_rows_and_dead_letters() -> None:
    one = report(rows=5, raw_bytes=70)
    both = one.model_copy(update={"data": ("a", "b"), "dead_letters": "c"})
    assert seen_in([one, both]) == {0: Seen(10, 140, 3)}


def closed(manifest: Manifest) -> LedgerPosition:
    """The position behind a receipt that says that no split held a record."""
    reports: list[SplitReport] = []
    for one in manifest.splits:
        found = report(empty=one.length).model_copy(update={"start": one.start, "end": one.end})
        old = {name: getattr(found, name) for name in SplitReport1.model_fields}
        reports.append(found if manifest.format >= 3 else SplitReport1.model_construct(None, **old))
    receipt = receipt_for(manifest, "a" * 64, reports, writer="0" * 32, release="0")
    return _behind(receipt, "b" * 64, manifest.contract)


def test_behind_a_receipt_of_an_old_format_nothing_is_known() -> None:
    assert closed(manifest1()).seen is None
    assert closed(manifest3()).seen == {}
