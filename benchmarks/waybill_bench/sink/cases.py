"""What is delivered, by whom, how often and in which order. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from waybill_bench.events import LARGE, Recipe
from waybill_bench.load import Load

TASKS = 4
"""Tasks that an even commit is cut into, so that two cores have work while one of them stores."""


class Store(StrEnum):
    """Where the rows go."""

    FOLDER = "folder"
    S3 = "s3"


@dataclass(frozen=True)
class Case:
    """``commits`` are those that the load is cut into; the first of them warms up."""

    name: str
    load: Load
    contenders: tuple[str, ...]
    turns: int
    commits: int
    store: Store = Store.FOLDER
    cores: int = 2


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


WAYBILL = "waybill"
SPARK_FILE = "spark-file"
SPARK_DELTA = "spark-delta"
CONNECT_ICEBERG = "connect-iceberg"

_BOTH = (WAYBILL, SPARK_FILE)
_MAIN = Load(records=1_000_000)
_SHORT = Load(records=500_000)
_QUICK_RECORDS = 400_000


def plan(*, quick: bool) -> tuple[Case, ...]:
    """The cases of a run. The five-turn ones carry the claims, the others show what changes beside them."""
    headline = Case("350 B · 4 partitions · folder", _MAIN, _BOTH, 5, 5)
    slower = replace(headline, contenders=(SPARK_DELTA, CONNECT_ICEBERG), load=_SHORT, commits=3)
    minio = replace(headline, name="350 B · 4 partitions · MinIO", store=Store.S3)
    malformed = Case("1 % malformed", _broken(_MAIN, 0.01), (WAYBILL,), 5, 5)
    if quick:
        return tuple(_quick(case) for case in (headline, slower, minio, malformed))
    return (
        headline,
        slower,
        minio,
        malformed,
        Case("0.1 % malformed", _broken(_SHORT, 0.001), (WAYBILL,), 1, 3),
        Case("10 % malformed", _broken(_SHORT, 0.1), (WAYBILL,), 1, 3),
        Case("1.2 KB · 4 partitions", replace(_SHORT, recipe=Recipe(bytes=LARGE)), _BOTH, 1, 3),
        Case("350 B · 1 partition", replace(_SHORT, partitions=1), _BOTH, 1, 3),
        Case("350 B · 16 partitions", replace(_SHORT, partitions=16), _BOTH, 1, 3),
        Case("350 B · 4 partitions, skewed 90/10", replace(_SHORT, skewed=True), _BOTH, 1, 3),
        Case("350 B · 4 partitions · 1 core", _SHORT, _BOTH, 1, 3, cores=1),
    )


def _quick(case: Case) -> Case:
    return replace(case, load=replace(case.load, records=_QUICK_RECORDS), turns=1, commits=3)


def _broken(load: Load, share: float) -> Load:
    return replace(load, recipe=Recipe(broken=share))
