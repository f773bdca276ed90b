"""The cases: what is delivered, by whom and how often. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from waybill_bench.events import LARGE, Recipe
from waybill_bench.load import Load
from waybill_bench.sink.cases import Case, Store

LOCAL = "waybill-local"
WAYBILL = "waybill"
SCRIPT = "script"
TUNED = "script-tuned"
FLINK = "flink"
SPARK_FILE = "spark-file"
SPARK_DELTA = "spark-delta"
CONNECT_ICEBERG = "connect-iceberg"

HEADERS = "2 M rows · headers · 200,000 a commit"
BARE = "2 M rows · no headers · 200,000 a commit"
SMALL = "200,000 rows · 2,000 a commit"
MALFORMED = "2 M rows · 1 % malformed"
STORE = "350 B · 4 partitions · MinIO"
EARLIER = "350 B · 4 partitions · folder"

_MILLION = 1_000_000
_WHOLE = Load(records=2 * _MILLION)
_BARE = replace(_WHOLE, headers=False)
_MALFORMED = replace(_WHOLE, recipe=Recipe(broken=0.01))
_SHORT = Load(records=_MILLION // 2)
_LEAN = (LOCAL, SCRIPT, TUNED)
"""Who takes seconds, and so is run more often."""
_HEAVY = (FLINK, WAYBILL, SPARK_FILE)
_ENGINES = (LOCAL, WAYBILL)
_SPARKS = (WAYBILL, SPARK_FILE)
_QUICK_RECORDS = 400_000
_QUICK_COMMITS = 4


def partitions(count: int) -> str:
    """The name of a case of the sweep."""
    return f"2 M rows · {count:,} partition{'s' if count > 1 else ''}"


def regular(*, quick: bool) -> tuple[Case, ...]:
    """The cases of ``make bench``, or of ``make bench-quick``."""
    lean = (
        Case(HEADERS, _WHOLE, _LEAN, 5, 10),
        Case(HEADERS, _WHOLE, _HEAVY, 3, 10),
        Case(BARE, _BARE, _LEAN, 5, 10),
        Case(SMALL, Load(records=200_000), (LOCAL, WAYBILL, FLINK), 3, 100, commit_milliseconds=200),
        Case(MALFORMED, _MALFORMED, _ENGINES, 3, 10),
        *_sweep({1: (LOCAL,), 16: _ENGINES}),
        Case(STORE, Load(records=_MILLION), (LOCAL, *_SPARKS), 3, 5, store=Store.S3),
    )
    if quick:
        return tuple(map(_quick, lean))
    return (*lean, Case(BARE, _BARE, _HEAVY, 3, 10), *_sweep({100: (LOCAL,), 1000: (LOCAL,)}))


def _sweep(contenders: Mapping[int, tuple[str, ...]]) -> tuple[Case, ...]:
    """The widest once: it makes an object for each partition and commit."""
    return tuple(
        Case(partitions(count), replace(_WHOLE, partitions=count), who, 1 if count >= 1000 else 3, 10)
        for count, who in contenders.items()
    )


def by_hand() -> tuple[Case, ...]:
    """What takes time and seldom tells anything new."""
    return (
        Case(EARLIER, Load(records=_MILLION), _SPARKS, 3, 5),
        Case(EARLIER, _SHORT, (SPARK_DELTA, CONNECT_ICEBERG), 3, 3),
        Case("0.1 % malformed", replace(_SHORT, recipe=Recipe(broken=0.001)), _ENGINES, 1, 3),
        Case("10 % malformed", replace(_SHORT, recipe=Recipe(broken=0.1)), _ENGINES, 1, 3),
        Case("1.2 KB · 4 partitions", replace(_SHORT, recipe=Recipe(bytes=LARGE)), (LOCAL, *_SPARKS), 1, 3),
        Case("350 B · 4 partitions, skewed 90/10", replace(_SHORT, skewed=True), (LOCAL, *_SPARKS), 1, 3),
        Case("350 B · 4 partitions · 1 core", _SHORT, _SPARKS, 1, 3, cores=1),
    )


def large() -> tuple[Case, ...]:
    """Ten times the records of the others, once."""
    return (
        Case(
            "20 M rows · 200,000 a commit",
            Load(records=20 * _MILLION),
            (LOCAL, WAYBILL, SCRIPT, TUNED),
            1,
            100,
        ),
    )


def _quick(case: Case) -> Case:
    """Once, with fewer records; what are small commits stay small."""
    commits = min(case.commits, _QUICK_COMMITS * (5 if case.name == SMALL else 1))
    records = min(_QUICK_RECORDS, case.load.records * commits // case.commits)
    return replace(case, load=replace(case.load, records=records), turns=1, commits=commits)
