"""What is aimed at, by the part of the page that shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from waybill_bench import growth, memory
from waybill_bench.contracts import judging
from waybill_bench.contracts import plan as orders
from waybill_bench.flow import idle, idle_streams, latency, producer
from waybill_bench.sink import plan
from waybill_bench.sink.plan import FLINK, LOCAL, SCRIPT, SPARK_FILE, TUNED, WAYBILL
from waybill_bench.target import Target

BY_HAND = "by-hand"
_RATE, _CPU = "rows_per_second", "whole_cpu_seconds_per_million_rows"
_STEADY_CPU = "cpu_seconds_per_million_rows"
_WHOLE, _FIRST, _PSS = "whole_seconds", "first_file_seconds", "peak_pss_megabytes"
_BESIDE = (
    (_RATE, SCRIPT, 1.05),
    (_RATE, TUNED, 0.9),
    (_RATE, FLINK, 2.2),
    (_WHOLE, SCRIPT, 1.0),
    (_WHOLE, TUNED, 1.15),
    (_WHOLE, FLINK, 0.4),
    (_WHOLE, SPARK_FILE, 0.35),
    (_CPU, SCRIPT, 1.1),
    (_CPU, FLINK, 0.35),
    (_PSS, SCRIPT, 0.9),
)
"""The local engine's value, over whose, and the bound."""
_NAMES = {
    _RATE: "rows/s",
    _WHOLE: "whole run",
    _CPU: "CPU per row, whole",
    _STEADY_CPU: "CPU per row",
    _PSS: "peak memory (PSS)",
    _FIRST: "first readable file",
}


def _same_case(case: str, value: str, of: str, to: str, bound: float) -> Target:
    """In one case; more is better for a rate alone."""
    says = f"{case}: {_NAMES[value]} of {of}, over {to}"
    return Target("sink", says, value, (case, of), (case, to), bound, at_most=value != _RATE)


def _same_contender(who: str, case: str, over: str, bound: float) -> Target:
    return Target("sink", f"rows/s of {who}, {case}, over {over}", _RATE, (case, who), (over, who), bound)


def _plain(bench: str, says: str, value: str, case: str, who: str, bound: float, unit: str) -> Target:
    """A quantity that is to be small."""
    return Target(bench, says, value, (case, who), None, bound, at_most=True, unit=unit)


def _local() -> Iterator[Target]:
    for case in (plan.HEADERS, plan.BARE):
        for value, to, bound in _BESIDE:
            yield _same_case(case, value, LOCAL, to, bound)
        yield _plain("sink", f"{case}: {_NAMES[_FIRST]} of {LOCAL}", _FIRST, case, LOCAL, 1.0, "s")


def _following() -> Iterator[Target]:
    for milliseconds, bound in ((200, 0.3), (1000, 1.2)):
        case = latency.case(latency.HEADLINE, milliseconds)
        yield _plain("latency", f"p95 of {LOCAL}, {case}", "p95_seconds", case, LOCAL, bound, "s")
    yield _plain("idle", f"idle, {idle.CASE}", "percent_of_a_core", idle.CASE, LOCAL, 2, "% of a core")
    case = idle_streams.case()
    yield _plain(idle_streams.BENCH, f"start, {case}", "start_seconds", case, LOCAL, 10, "s")
    yield _plain(idle_streams.BENCH, f"idle, {case}", "percent_of_a_core", case, LOCAL, 5, "% of a core")


def _contracts() -> Iterator[Target]:
    canonical = (orders.CANONICAL, LOCAL)
    for case, bound in (*((name, 0.7) for name in orders.FOREIGN), (orders.NESTED_CASE, 0.5)):
        says = f"rows/s of {LOCAL}, {case}"
        yield Target(orders.BENCH, f"{says}, over {orders.CANONICAL}", _RATE, (case, LOCAL), canonical, bound)
        for to, least in ((SCRIPT, 0.8), (FLINK, 1.5)):
            yield Target(orders.BENCH, f"{says}, over {to}", _RATE, (case, LOCAL), (case, to), least)
    says = f"rows/s of {LOCAL}, {orders.AVRO_CASE}, over {SCRIPT}"
    mine, other = (orders.AVRO_CASE, LOCAL), (orders.AVRO_CASE, SCRIPT)
    yield Target(orders.BENCH, says, _RATE, mine, other, 2.0)
    for subject, _ in judging.JUDGED:
        case = judging.case(subject)
        says = f"CPU of a record of 350 bytes, {case}"
        yield _plain(orders.BENCH, says, "microseconds_per_record", case, judging.JUDGE, 30, "µs")


def _spark() -> Iterator[Target]:
    yield _same_case(plan.HEADERS, _RATE, WAYBILL, LOCAL, 0.85)
    yield _same_case(plan.HEADERS, _FIRST, WAYBILL, FLINK, 1.0)
    yield _same_contender(WAYBILL, plan.partitions(16), plan.HEADERS, 0.8)


def _both() -> Iterator[Target]:
    for who in (LOCAL, WAYBILL):
        yield _same_contender(who, plan.MALFORMED, plan.HEADERS, 0.85)


def _wide() -> Iterator[Target]:
    wide, of = plan.partitions(memory.PARTITIONS), f"{memory.PARTITIONS:,} partitions, "
    driver = "driver_cpu_seconds_per_commit"
    yield _plain("sink", f"{wide}: the driver's CPU of a commit", driver, wide, LOCAL, 0.5, "s")
    last = memory.case(memory.FULL - memory.SPAN, of)
    yield _plain("memory", f"{last}: a commit of next to nothing", "batch_seconds", last, LOCAL, 0.5, "s")
    yield _flat(LOCAL, "pss_megabytes", of)


def _flat(who: str, value: str, of: str = "") -> Target:
    says = f"memory of {who} over the last 100 of 1,000 commits, over the first 100 after the warm-up"
    last, first = memory.case(memory.FULL - memory.SPAN, of), memory.case(memory.SPAN, of)
    return Target("memory", says, value, (last, who), (first, who), 1.1, at_most=True)


def _growth(who: str, says: str, value: str) -> Target:
    longest, shortest = (growth.FULL[at].name for at in (3, 0))
    return Target(
        "growth",
        f"{says} of {who}: {longest}, over {shortest}",
        value,
        (longest, who),
        (shortest, who),
        1.3,
        at_most=True,
    )


def _producer(says: str, to: str | None, bound: float, unit: str = "×") -> Target:  # noqa: RUF001  # times
    mine, other = (producer.CASE, WAYBILL), (producer.CASE, to) if to else None
    return Target("producer", f"events/s, {says}", "events_per_second", mine, other, bound, unit=unit)


def _slow_pace(seconds: int) -> Target:
    case = latency.case(latency.HEADLINE, 1000 * seconds)
    return _plain(
        "latency", f"p95 of {WAYBILL}, {case}", "p95_seconds", case, WAYBILL, 1.5 * seconds + 1, "s"
    )


def _recovery() -> Target:
    case = latency.case(latency.HEADLINE, 1000)
    return _plain("recovery", "SIGKILL of the driver to the next receipt", "seconds", case, WAYBILL, 15, "s")


_REGULAR = (
    _same_case(plan.HEADERS, _RATE, WAYBILL, SPARK_FILE, 2.0),
    _same_case(plan.HEADERS, _STEADY_CPU, WAYBILL, SPARK_FILE, 0.5),
    _same_case(plan.STORE, _RATE, WAYBILL, SPARK_FILE, 1.5),
    _producer("HTTP page to acknowledged transaction, one process", None, 40_000, "events/s"),
    _producer("over Kafka's own performance tool", "kafka-perf", 0.25),
    _slow_pace(1),
    _growth(LOCAL, "start-up", "startup_seconds"),
    _growth(LOCAL, "time of a tiny commit", "batch_seconds"),
    _recovery(),
)
_RARE = (
    _same_case(plan.EARLIER, _RATE, WAYBILL, plan.CONNECT_ICEBERG, 2.0),
    _producer("over one request, one record and one flush at a time", "tutorial", 100),
    _producer("over one record and one flush at a time of users at hand", "one-by-one", 100),
    _slow_pace(10),
    _growth(WAYBILL, "start-up", "startup_seconds"),
    _growth(WAYBILL, "time of a tiny commit", "batch_seconds"),
    _flat(WAYBILL, "resident_megabytes"),
)
GROUPS: Mapping[str, tuple[Target, ...]] = MappingProxyType(
    {
        "local": (*_local(), *_following()),
        "contracts": tuple(_contracts()),
        "both": (*_spark(), *_both(), *_wide()),
        "other": _REGULAR,
        BY_HAND: _RARE,
    }
)
TARGETS = tuple(target for group in GROUPS.values() for target in group)
