"""What was seen on other machines when the local engine was planned, by other means than these benches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waybill_bench.sink.plan import BARE, FLINK, HEADERS, LOCAL, SCRIPT, TUNED, WAYBILL

_FIRST, _SECOND = "the first", "the second"
MACHINES = (_FIRST, _SECOND)
VALUES = (
    "rows_per_second",
    "whole_seconds",
    "first_file_seconds",
    "whole_cpu_seconds_per_million_rows",
)


@dataclass(frozen=True)
class Told:
    """A contender's figures in one case, by machine. The local engine was a prototype of 45 lines then."""

    case: str
    contender: str
    told: Mapping[str, Mapping[str, float]]


def _whole(rate: float, whole: float, first: float, cpu: float) -> Mapping[str, Mapping[str, float]]:
    return {_FIRST: dict(zip(VALUES, (rate, whole, first, cpu), strict=True))}


ELSEWHERE = (
    Told(HEADERS, LOCAL, _whole(289_000, 7.9, 1.2, 6.3)),
    Told(HEADERS, SCRIPT, _whole(250_000, 8.2, 0.5, 4.2)),
    Told(HEADERS, FLINK, _whole(137_000, 20.2, 5.1, 18.2)),
    Told(HEADERS, WAYBILL, _whole(234_000, 15.9, 6.8, 10.4)),
    Told(BARE, LOCAL, {_SECOND: {"whole_seconds": 8.0, "whole_cpu_seconds_per_million_rows": 6.6}}),
    Told(BARE, SCRIPT, {_SECOND: {"whole_seconds": 5.9, "whole_cpu_seconds_per_million_rows": 4.7}}),
    Told(BARE, TUNED, {_SECOND: {"whole_seconds": 5.3}}),
)
