"""Lag, and what is beyond the bounds. Measuring is tested on a real Kafka."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waybill_common.errors import LagExceeded, TopicRefused
from waybill_common.kafka import Topic
from waybill_common.ledger import NOTHING
from waybill_common.screen import Screen
from waybill_common.settings import KafkaSettings
from waybill_ops.cli import main
from waybill_ops.lag import measure, measure_lag
from waybill_ops.lag.lag_bounds import Lag, LagBounds, PartitionLag, Retention, exceeded
from waybill_ops.lag.lag_table import as_json, print_lag

HOUR = 3_600_000
NOW = 1_800_000_000_000
DAY_AND_SIZE = Retention(ms=24 * HOUR, bytes=1_000)
FOR_EVER = Retention(ms=-1, bytes=-1)


def lag(*partitions: PartitionLag, retention: Retention = DAY_AND_SIZE) -> Lag:
    return Lag(partitions, retention, NOW)


def waiting(hours: float, *, start: int = 0, frontier: int = 60, end: int = 100) -> PartitionLag:
    return PartitionLag(0, frontier, start, end, NOW - int(hours * HOUR))


def test_what_is_behind_and_how_far_retention_is_from_it() -> None:
    one = PartitionLag(0, frontier=60, log_start=40, log_end=100, oldest_ms=NOW - HOUR)
    assert (one.behind, one.room, lag(one).age(one)) == (40, 20, 3600)


def test_what_is_lost_is_not_behind_and_is_named() -> None:
    one = PartitionLag(2, frontier=60, log_start=70, log_end=100, oldest_ms=NOW)
    assert (one.behind, one.room) == (30, -10)
    [hole] = lag(one).lost_ranges()
    assert (hole.partition, hole.start, hole.end) == (2, 60, 70)


@pytest.mark.parametrize(
    ("one", "retention", "used"),
    [
        (waiting(6), Retention(24 * HOUR, -1), 0.25),
        (waiting(48), Retention(24 * HOUR, -1), 2.0),
        (waiting(-1), Retention(24 * HOUR, -1), 0.0),
        (PartitionLag(0, 100, 0, 100, None), DAY_AND_SIZE, 0.0),
        (waiting(6), FOR_EVER, 0.0),
        (waiting(6, start=20), Retention(-1, 1000), 0.5),
        (waiting(6), Retention(-1, 1000), 0.0),
        (waiting(6, start=20), Retention(24 * HOUR, 1000), 0.5),
        (waiting(18, start=20), Retention(24 * HOUR, 1000), 0.75),
        (PartitionLag(0, 0, 0, 0, None), DAY_AND_SIZE, 0.0),
    ],
    ids=[
        *("by time", "overdue", "clock ahead", "nothing waits", "for ever", "by size", "nothing dropped yet"),
        *("size is worse", "time is worse", "empty"),
    ],
)
def test_the_part_of_retention_that_is_used(one: PartitionLag, retention: Retention, used: float) -> None:
    assert lag(one, retention=retention).used(one) == pytest.approx(used)


offsets = st.integers(0, 1000)


@given(offsets, offsets, offsets, st.none() | st.integers(NOW - 100 * HOUR, NOW))
def test_lag_is_never_negative_and_loss_never_silent(
    frontier: int, start: int, length: int, oldest: int | None
) -> None:
    one = PartitionLag(0, frontier, start, start + length, oldest)
    measured = lag(one)
    assert one.behind >= 0
    assert measured.used(one) >= 0
    assert bool(measured.lost_ranges()) is (one.room < 0)


def test_within_the_bounds_nothing_is_exceeded() -> None:
    assert exceeded(lag(waiting(6)), LagBounds(behind=40, retention_used=0.25), "t") is None
    assert exceeded(lag(waiting(600)), LagBounds(behind=None, retention_used=None), "t") is None


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (LagBounds(39, None), ["40 offsets are not delivered, the bound is 39"]),
        (
            LagBounds(None, 0.2),
            ["partition 0 has used 25.0% of its retention", "21600 s old", "bound is 20.0%"],
        ),
        (LagBounds(0, 0.0), ["40 offsets", "partition 0"]),
    ],
    ids=["behind", "retention", "both"],
)
def test_beyond_a_bound_the_error_has_the_numbers(bounds: LagBounds, words: list[str]) -> None:
    found = exceeded(lag(waiting(6)), bounds, "t")
    assert isinstance(found, LagExceeded)
    assert not [word for word in words if word not in found.found]


def test_as_json_says_all_of_it() -> None:
    idle = PartitionLag(1, 5, 0, 5, None)
    told = as_json(lag(waiting(6), idle))
    assert (told["behind"], told["retention_used"], told["retention_ms"]) == (40, 0.25, 24 * HOUR)
    assert told["partitions"][1] == {
        "partition": 1,
        "frontier": 5,
        "log_start": 0,
        "log_end": 5,
        "behind": 0,
        "room": 5,
        "oldest_age": None,
        "retention_used": 0.0,
    }


@pytest.mark.parametrize(
    "flag", ["--max-behind=-1", "--max-behind=1.5", "--max-retention-used=x", "--max-retention-used=nan"]
)
def test_a_bound_that_is_none_is_refused(flag: str) -> None:
    assert main(["lag", flag]) == 2


@pytest.mark.parametrize("oldest", [-(2**63), -1, 0, 2**63 - 1])
def test_any_timestamp_and_any_retention_are_shown(oldest: int) -> None:
    found = lag(PartitionLag(0, 0, 0, 10, oldest), retention=Retention(2**63 - 1, 2**63 - 1))
    assert json.loads(json.dumps(as_json(found), allow_nan=False))["retention_ms"] == 2**63 - 1
    said = StringIO()
    print_lag(found, Screen(said, piped_width=240), lake="lake", topic="topic", remarks=["a remark"])
    assert "106,751,991,167 days, 7:12:56" in said.getvalue()
    assert "a remark" in said.getvalue()


def test_whole_days_are_told_without_a_clock() -> None:
    said = StringIO()
    found = lag(PartitionLag(0, 0, 0, 10, 0), retention=Retention(7 * 86_400_000, -1))
    print_lag(found, Screen(said, piped_width=240), lake="lake", topic="topic", remarks=[])
    assert "Kafka keeps records 7 days, up to any size" in said.getvalue()


def test_a_topic_that_was_switched_to_compaction_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    topic = Topic("names_topic", "id", 1, "compact,delete", 1, 1)
    monkeypatch.setattr(measure, "existing_topic", lambda *_, **__: topic)
    with pytest.raises(TopicRefused, match=r"cleanup\.policy=compact,delete"):
        measure_lag(KafkaSettings(), "names_topic", NOTHING)
