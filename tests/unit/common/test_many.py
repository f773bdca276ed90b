"""Several streams in one command: which ones, how often each is tried, and the exit code of the whole."""

from __future__ import annotations

from argparse import ArgumentTypeError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waybill_common.errors import KafkaUnavailable, LakeRefused, SettingsRefused, exit_codes
from waybill_common.many import Outcome, StreamSelection, Tries, shard_of, whole_code
from waybill_common.many.stream_selection import Shard
from waybill_common.many.tries import MOST_FURTHER_TURNS

KNOWN = ("names", "orders", "orders_avro", "quakes")
CODES = [0, 1, *exit_codes()]
TRANSIENT = {code for code, kind in exit_codes().items() if kind.transient}


@pytest.mark.parametrize(
    ("asked", "selected"),
    [
        (StreamSelection(("orders",)), ["orders"]),
        (StreamSelection(("quakes", "orders", "quakes")), ["orders", "quakes"]),
        (StreamSelection(("orders*", "names")), ["names", "orders", "orders_avro"]),
        (StreamSelection(("[nq]*",)), ["names", "quakes"]),
        (StreamSelection(every=True), list(KNOWN)),
    ],
    ids=["a name", "names, each once", "a glob and a name", "a class", "all"],
)
def test_names_globs_and_all_select(asked: StreamSelection, selected: list[str]) -> None:
    assert asked.of(KNOWN) == selected


@pytest.mark.parametrize(
    ("asked", "several"),
    [
        (StreamSelection(("orders",)), False),
        (StreamSelection(("orders", "names")), True),
        (StreamSelection(("order?",)), True),
        (StreamSelection(every=True), True),
        (StreamSelection(("orders",), shard=Shard(1, 2)), True),
    ],
    ids=["a name", "two names", "a glob", "all", "a part"],
)
def test_what_was_asked_says_whether_the_answer_is_of_several(asked: StreamSelection, several: bool) -> None:
    assert asked.is_of_several is several


@pytest.mark.parametrize(
    ("asked", "known", "why"),
    [
        (StreamSelection(("order",)), KNOWN, "No stream is named 'order'.*nearest are: orders"),
        (StreamSelection(("x*",)), KNOWN, "No stream matches 'x\\*'.*there are: names, orders"),
        (StreamSelection(("orders", "ORDERS*")), KNOWN, "No stream matches 'ORDERS"),
        (StreamSelection(("a",), every=True), KNOWN, "--all and --stream were given"),
        (StreamSelection(shard=Shard(1, 2)), KNOWN, "--shard 1/2 was given without --all"),
        (StreamSelection(every=True), (), "there is no stream"),
    ],
    ids=["misspelled", "a glob of none", "case counts", "both", "a part of nothing", "no streams"],
)
def test_what_selects_nothing_or_contradicts_itself_is_refused(
    asked: StreamSelection, known: tuple[str, ...], why: str
) -> None:
    with pytest.raises(SettingsRefused, match=why):
        asked.of(known)


def test_a_command_of_one_stream_takes_a_glob_that_one_has() -> None:
    assert StreamSelection(("*_avro",)).the_one_of(KNOWN) == "orders_avro"
    with pytest.raises(SettingsRefused, match="2 streams match 'orders\\*': orders, orders_avro"):
        StreamSelection(("orders*",)).the_one_of(KNOWN)


NAMES = st.lists(st.from_regex(r"[a-z][a-z0-9]{0,6}", fullmatch=True), unique=True, min_size=1, max_size=40)


@given(NAMES, st.integers(1, 9))
def test_each_stream_is_in_one_part_whatever_other_streams_there_are(names: list[str], count: int) -> None:
    parts = [StreamSelection(every=True, shard=Shard(n + 1, count)).of(names) for n in range(count)]
    assert sorted(name for part in parts for name in part) == sorted(names)
    alone = [
        n
        for n in range(count)
        if StreamSelection(every=True, shard=Shard(n + 1, count)).of(names[:1]) == names[:1]
    ]
    assert [names[0] in part for part in parts] == [n in alone for n in range(count)]


def test_parts_stay_as_they_are_with_every_release() -> None:
    """A stream that changed its part would for a while be delivered by two runs, or by none."""
    assert [name for name in KNOWN if Shard(1, 2).has(name)] == ["orders", "quakes"]


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/", "a/b", "1/2/3", "1/10000", "-1/2", "１/2"])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="such as 2/8"):
        shard_of(text)


def test_a_part_is_read_from_its_text() -> None:
    assert shard_of("2/8") == Shard(2, 8)


@pytest.mark.parametrize(
    ("codes", "whole"),
    [
        ([], 0), ([0, 0], 0), ([33, 0], 33), ([33, 22], 22), ([33, 30, 22], 30), ([30, 20], 20), ([20, 1, 2], 1),
        ([2, 53], 53),
    ],
)  # fmt: skip
def test_the_exit_code_is_that_of_a_bug_else_the_smallest_that_passes_else_the_smallest(
    codes: list[int], whole: int
) -> None:
    assert whole_code(codes) == whole


@given(st.lists(st.sampled_from(CODES)))
def test_the_exit_code_is_one_of_the_streams_own_and_no_failure_is_hidden(codes: list[int]) -> None:
    whole = whole_code(codes)
    assert whole in {0, *codes}
    assert (whole == 0) == (not any(codes))
    assert (whole == 1) == (1 in codes)
    if whole > 1 and TRANSIENT & {*codes}:
        assert whole in TRANSIENT


def test_a_stream_that_fails_gets_five_further_turns_with_growing_pauses() -> None:
    tries, pauses = Tries(), list[float | None]()
    for _ in range(MOST_FURTHER_TURNS + 1):
        tries, pause = tries.after_failure()
        pauses.append(pause)
    *given_, last = pauses
    waited = [pause for pause in given_ if pause is not None]
    assert (len(waited), last) == (5, None)
    assert waited == sorted(set(waited))


def test_an_outcome_names_what_ended_the_stream() -> None:
    passing = KafkaUnavailable("No broker.", allowed="one.", remedy="start it.")
    assert Outcome.of("a", passing) == Outcome("a", 20, "KafkaUnavailable", "No broker.")
    assert Outcome.of("a", LakeRefused("No.", allowed="a.", remedy="b.")).exit_code == 31
    assert Outcome.of("a", ValueError("x")) == Outcome("a", 1, "bug", None)
    assert Outcome("a").as_json() == {"exit_code": 0, "error": None, "found": None}
