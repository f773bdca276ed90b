"""What comes next, decided from frozen facts."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.ledger.entries import manifest1, manifest3

from waybill_common.errors import (
    ContractUnknown,
    DataLoss,
    LakeRefused,
    SettingsRefused,
    TopicRefused,
    WaybillError,
)
from waybill_common.kafka import TopicState
from waybill_common.ledger import (
    ContractRef,
    Deliver,
    Done,
    Layout,
    LedgerPosition,
    ManifestPlan,
    Open,
    Recent,
    Situation,
    lost_ranges_of,
    next_step,
)
from waybill_common.ledger.decisions import (
    MOST_SPLITS,
    check_can_deliver,
    check_few_splits,
    check_still_the_topic,
    cut,
)
from waybill_common.ledger.manifest import Manifest3
from waybill_common.ledger.position import NOTHING
from waybill_streams.names import NAMES

LAYOUT = Layout(row_group_rows=100, compression="zstd")


def plan(*, accept_loss: bool = False, longest: int = 10) -> ManifestPlan:
    return ManifestPlan("names_topic", NAMES, LAYOUT, longest, accept_loss, "0" * 32, "0.1.0")


def position(
    frontier: dict[int, int], *, stream: str = "names", topic: str = "names_topic", topic_id: str = "id"
) -> LedgerPosition:
    return replace(
        NOTHING,
        number=3,
        frontier=frontier,
        receipt_sha256="a" * 64,
        stream=stream,
        topic=topic,
        topic_id=topic_id,
    )


def topic(starts: dict[int, int], ends: dict[int, int]) -> TopicState:
    return TopicState("names_topic", "id", starts, ends)


OFFSETS = st.integers(0, 60)
PARTITION = st.tuples(OFFSETS, OFFSETS, OFFSETS, OFFSETS)


@given(partitions=st.dictionaries(st.integers(0, 4), PARTITION, min_size=1), longest=st.integers(1, 20))
def test_splits_and_holes_cover_each_new_offset_exactly_once(
    partitions: dict[int, tuple[int, int, int, int]], longest: int
) -> None:
    low_target_frontier_end = {p: sorted(four) for p, four in partitions.items()}
    frontier = {p: four[0] for p, four in low_target_frontier_end.items()}
    targets = {p: four[2] for p, four in low_target_frontier_end.items()}
    starts = {p: partitions[p][0] for p in partitions}
    ends = {p: four[3] for p, four in low_target_frontier_end.items()}
    now = Situation(position(frontier), topic(starts, ends), targets)
    step = next_step(now, plan(accept_loss=True, longest=longest))
    if step == Done():
        assert targets == frontier
        return
    assert isinstance(step, Open)
    covered = [(s.partition, o) for s in step.manifest.splits for o in range(s.start, s.end)]
    lost = [(h.partition, o) for h in step.manifest.holes for o in range(h.start, h.end)]
    wanted = [(p, o) for p in frontier for o in range(frontier[p], targets[p])]
    assert sorted(covered + lost) == sorted(wanted)
    assert all(o < starts[p] for p, o in lost)
    assert all(o >= starts[p] for p, o in covered)
    assert all(split.length <= longest for split in step.manifest.splits)
    assert step.manifest.after == targets


@given(start=st.integers(0, 10**12), length=st.integers(1, 10**6), longest=st.integers(100, 10**6))
def test_splits_of_one_partition_are_as_equal_as_can_be(start: int, length: int, longest: int) -> None:
    lengths = [split.length for split in cut(0, start, start + length, longest)]
    assert sum(lengths) == length
    assert max(lengths) - min(lengths) <= 1


@given(offsets=st.sets(st.integers(0, 30)))
def test_holes_cover_exactly_the_offsets_that_are_gone(offsets: set[int]) -> None:
    holes = lost_ranges_of(7, offsets)
    assert {offset for hole in holes for offset in range(hole.start, hole.end)} == offsets
    assert all(left.end < right.start for left, right in pairwise(holes))


def test_an_open_manifest_comes_before_everything_new() -> None:
    first = next_step(Situation(position({0: 0}), topic({0: 0}, {0: 9}), {0: 9}), plan())
    assert isinstance(first, Open)
    reopened = replace(position({0: 0}), open=first.manifest, open_sha256="b" * 64)
    assert next_step(Situation(reopened, topic({0: 0}, {0: 20}), {0: 20}), plan()) == Deliver(first.manifest)


@pytest.mark.parametrize(
    ("ends", "said"), [({0: 8}, "ends at 8"), ({1: 9}, "does not exist")], ids=["cut back", "gone"]
)
def test_an_open_manifest_that_the_topic_cannot_fill_is_refused(ends: dict[int, int], said: str) -> None:
    """Nobody waits for records that never come."""
    first = next_step(Situation(position({0: 0}), topic({0: 0}, {0: 9}), {0: 9}), plan())
    assert isinstance(first, Open)
    reopened = replace(position({0: 0}), open=first.manifest, open_sha256="b" * 64)
    with pytest.raises(TopicRefused, match=f"partition 0 {said}, the open commit 4 goes up to 9"):
        next_step(Situation(reopened, topic({0: 0}, ends), {0: 9}), plan())


@pytest.mark.parametrize(
    ("ends", "judged", "opens"),
    [
        ({0: 9}, (1000, 900), True),
        ({0: 9}, (20, 1), True),
        ({0: 10}, (1000, 900), False),
        ({0: 9, 1: 1}, (1000, 900), False),
        ({0: 9}, (1000, 0), False),
        ({0: 9}, None, False),
    ],
    ids=["too many", "some", "more waits", "more waits elsewhere", "none", "not judged"],
)
def test_dead_letters_are_accepted_by_a_manifest_of_its_own_only_where_nothing_waits(
    ends: dict[int, int], judged: tuple[int, int] | None, *, opens: bool
) -> None:
    """Though a run looks at its frontier first, and at what waits then."""
    recent = None if judged is None else Recent(records=judged[0], dead=judged[1])
    ref = ContractRef(version=NAMES.version, fingerprint=NAMES.fingerprint)
    at = replace(position({0: 9}), judged=recent, contract=ref)
    step = next_step(
        Situation(at, topic(dict.fromkeys(ends, 0), ends), {0: 9}), replace(plan(), accept_dead=True)
    )
    if not opens:
        assert step == Done()
        return
    assert isinstance(step, Open)
    assert isinstance(step.manifest, Manifest3)
    assert (step.manifest.accept_dead, step.manifest.splits, step.manifest.after) == (True, (), {0: 9})


def test_receipts_of_formats_1_and_2_are_not_judged() -> None:
    journal_says = replace(position({0: 9}), format=1)
    step = next_step(Situation(journal_says, topic({0: 0}, {0: 9}), {0: 9}), plan())
    assert step == Done()


def test_every_partition_is_in_the_frontier_idle_ones_included() -> None:
    step = next_step(
        Situation(position({0: 5, 1: 7}), topic({0: 0, 1: 0, 2: 0}, {0: 9, 1: 7, 2: 0}), {0: 9}), plan()
    )
    assert isinstance(step, Open)
    assert (step.manifest.before, step.manifest.after) == ({0: 5, 1: 7, 2: 0}, {0: 9, 1: 7, 2: 0})


REFUSED: dict[str, tuple[Situation, type[WaybillError], str]] = {
    "another stream": (
        Situation(position({0: 0}, stream="others"), topic({0: 0}, {0: 1}), {0: 1}),
        LakeRefused,
        "stream others",
    ),
    "another topic": (
        Situation(position({0: 0}, topic="other_topic"), topic({0: 0}, {0: 1}), {0: 1}),
        LakeRefused,
        "topic other_topic",
    ),
    "a recreated topic": (
        Situation(position({0: 0}, topic_id="old"), topic({0: 0}, {0: 1}), {0: 1}),
        TopicRefused,
        "the ledger knows old",
    ),
    "a log cut back": (
        Situation(position({0: 9}), topic({0: 0}, {0: 5}), {0: 5}),
        TopicRefused,
        "partition 0 ends at 5, the frontier is 9",
    ),
    "a partition gone": (
        Situation(position({0: 0, 1: 4}), topic({0: 0}, {0: 5}), {0: 5}),
        TopicRefused,
        "partition 1 ends at None",
    ),
    "retention past the frontier": (
        Situation(position({0: 2}), topic({0: 6}, {0: 9}), {0: 9}),
        DataLoss,
        r"partition 0: 2 to 5 \(4 offsets\)",
    ),
    "a first run on a topic that has lost records": (
        Situation(position({}), topic({0: 6}, {0: 9}), {0: 9}),
        DataLoss,
        "partition 0: 0 to 5",
    ),
}


@pytest.mark.parametrize(("now", "error", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_can_not_be_gone_on_with_is_refused(
    now: Situation, error: type[WaybillError], message: str
) -> None:
    with pytest.raises(error, match=message):
        next_step(now, plan())


def test_a_compacted_topic_is_refused_whatever_is_open() -> None:
    first = next_step(Situation(position({0: 0}), topic({0: 0}, {0: 9}), {0: 9}), plan())
    assert isinstance(first, Open)
    for at in (position({0: 0}), replace(position({0: 0}), open=first.manifest, open_sha256="b" * 64)):
        for policy in ("compact", "compact,delete"):
            now = replace(topic({0: 0}, {0: 9}), cleanup_policy=policy)
            with pytest.raises(TopicRefused, match=rf"cleanup\.policy={policy}"):
                next_step(Situation(at, now, {0: 9}), plan())


def test_a_dataset_that_a_later_release_has_gone_on_with_is_left_to_it() -> None:
    ahead = replace(position({0: 0}), is_ahead=True)
    with pytest.raises(ContractUnknown, match=r"Receipt 3 has .* needs a later release"):
        next_step(Situation(ahead, topic({0: 0}, {0: 9}), {0: 9}), plan())


@pytest.mark.parametrize(
    "changes",
    [
        {"schemas": {"confluent:1": "a" * 64}},
        {"layout": manifest3().layout.model_copy(update={"window": ("2026-01-01", "2026-12-31")})},
        {"layout": manifest3().layout.model_copy(update={"partition_by": ("hour(produced_at)",)})},
    ],
    ids=["schemas", "window", "folders"],
)
def test_a_manifest_that_only_a_later_release_can_deliver_is_left_to_it(changes: dict[str, Any]) -> None:
    check_can_deliver(manifest3(), NAMES)
    check_can_deliver(manifest1(), NAMES)
    with pytest.raises(ContractUnknown, match=r"Manifest 1 has .* needs a later release"):
        check_can_deliver(manifest3(**changes), NAMES)


def test_the_topic_is_the_manifests_or_there_is_none() -> None:
    check_still_the_topic(manifest3(), "id")
    for other, said in ((None, "there is none now"), ("new", "its id is new")):
        with pytest.raises(TopicRefused, match=said):
            check_still_the_topic(manifest3(), other)


def test_a_commit_of_more_splits_than_its_receipt_can_name_is_refused() -> None:
    check_few_splits({0: MOST_SPLITS * 10, 1: 0}, 10)
    with pytest.raises(SettingsRefused, match=r"delivery\.rows_per_object = 10 cuts the 500001 offsets"):
        check_few_splits({0: MOST_SPLITS * 10, 1: 1}, 10)
