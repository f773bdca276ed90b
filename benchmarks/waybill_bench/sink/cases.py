"""What a case is, and in which order runs follow one another. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from waybill_bench.load import Load
from waybill_bench.sink.subjects import NAMES, Subject

TASKS = 4
"""Tasks that an even commit is cut into, so that two cores have work while one of them stores."""


class Store(StrEnum):
    """Where the rows go."""

    FOLDER = "folder"
    S3 = "s3"


@dataclass(frozen=True)
class Case:
    """``commits`` are those that the load is cut into; the first of them warms up.

    Who commits by the clock and not by the record does it every ``commit_milliseconds``.
    """

    name: str
    load: Load
    contenders: tuple[str, ...]
    turns: int
    commits: int
    store: Store = Store.FOLDER
    cores: int = 2
    commit_milliseconds: int = 1000
    subject: Subject = NAMES


def offsets_per_commit(offsets: int, commits: int, partitions: int) -> int:
    """The limit on a trigger's offsets that cuts ``offsets`` into ``commits`` equal ones.

    Offsets are more than records, since transaction markers take some. Spark rounds each partition's share of a
    trigger down, which without a little more would leave a last commit of a few offsets.
    """
    return -(-offsets // commits) + partitions


def turns(cases: Sequence[Case]) -> Iterator[tuple[int, Case, str]]:
    """Number of the turn, case and contender of each run, in order.

    All that take part in a turn run in it one behind the other, so that a slow hour is slow for all; every other
    turn goes backwards, so that nobody always runs behind the same neighbour.
    """
    for turn in range(1, max((case.turns for case in cases), default=0) + 1):
        entries = [(turn, case, who) for case in cases if case.turns >= turn for who in case.contenders]
        yield from entries if turn % 2 else reversed(entries)
