"""The audit's result, as JSON for programs and as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from waybill_common.screen import Screen, Styled
from waybill_ops.audit.entries import FULL
from waybill_ops.audit.findings import Code, FindingCounts
from waybill_ops.audit.redrives import AuditedDeadLetters
from waybill_ops.messages import begins_at, going_over


@dataclass(frozen=True)
class Totals:
    """What was looked at. ``records`` are those read from Kafka; what follows them is the receipts' word."""

    commits: int
    objects: int
    rows: int
    dead_letters: int
    records: int
    empty: int
    lost: int
    skipped: int = 0
    tombstones: int = 0


@dataclass(frozen=True)
class AuditReport:
    """``format`` is the ledger's highest; ``nothing_delivered``: there is no receipt, though the topic has records.
    ``in_flight_offsets`` lie beyond the frontier (transaction markers are among them);
    ``judged_by_receipts`` are offsets below n that Kafka no longer has; ``origin`` is where the dataset begins: what
    lies before that is never in it. Partitions that begin at 0 are not told."""

    lake: str
    stream: str
    topic: str
    topic_id: str | None
    complete: bool
    totals: Totals
    dead_letters: AuditedDeadLetters
    origin: Mapping[int, int]
    frontier: Mapping[int, int]
    log_start: Mapping[int, int]
    in_flight_offsets: Mapping[int, int]
    in_flight_objects: int
    judged_by_receipts: Mapping[int, int]
    tallies: tuple[FindingCounts, ...]
    format: int | None = None
    nothing_delivered: bool = False

    @property
    def ok(self) -> bool:
        return self.verdict == "ok"

    @property
    def failed(self) -> bool:
        return any(tally.code.fails for tally in self.tallies)

    @property
    def has_another_topic(self) -> bool:
        """That is all that is wrong: nothing could be compared, and nothing is known to be altered."""
        failing = [tally for tally in self.tallies if tally.code.fails]
        return bool(failing) and all(
            tally.code is Code.TOPIC_CHANGED and {one.where for one in tally.shown} == {self.topic}
            for tally in failing
        )

    @property
    def verdict(self) -> str:
        return "failed" if self.failed else "nothing_delivered" if self.nothing_delivered else "ok"

    @property
    def culprits(self) -> str:
        """One line: each failing code, how often, and the first culprit."""
        return "; ".join(
            f"{tally.code} x {tally.total} (first: {tally.shown[0].where})"
            for tally in self.tallies
            if tally.code.fails
        )


def as_json(report: AuditReport) -> dict[str, Any]:
    """The stable form; partitions are strings, as in the ledger."""
    return {
        "verdict": report.verdict,
        "lake": report.lake,
        "stream": report.stream,
        "topic": report.topic,
        "topic_id": report.topic_id,
        "complete": report.complete,
        "format": report.format,
        "remarks": _remarks(report),
        "counts": asdict(report.totals),
        "letters": {
            **_states(report.dead_letters),
            "successors": [
                {"letter": f"{p}:{o}", "successor": f"{to_p}:{to_o}"}
                for (p, o), (to_p, to_o) in report.dead_letters.successors
            ],
        },
        "origin": _partitions(report.origin),
        "frontier": _partitions(report.frontier),
        "log_start": _partitions(report.log_start),
        "in_flight": {"offsets": _partitions(report.in_flight_offsets), "objects": report.in_flight_objects},
        "judged_by_receipts": _partitions(report.judged_by_receipts),
        "findings": [
            {"code": one.code.value, "fails": one.code.fails, "where": one.where, "detail": one.detail}
            for tally in report.tallies
            for one in tally.shown
        ],
        "findings_total": {tally.code.value: tally.total for tally in report.tallies},
    }


def print_report(report: AuditReport, screen: Screen) -> None:
    screen.line(
        Styled(report.lake, "bold"), f" against {report.topic} ({report.topic_id or 'no such topic'})"
    )
    totals = asdict(report.totals)
    screen.table(tuple(totals), [[f"{value:,}" for value in totals.values()]])
    for line in _remarks(report):
        screen.line(f"  {line}")
    for tally in report.tallies:
        screen.line(*_title(tally))
        screen.table(("where", "what"), [(one.where, one.detail) for one in tally.shown])
    colour = "green" if report.verdict == "ok" else "red"
    culprits = f" {report.culprits}" if report.failed else ""
    screen.line(Styled(f"verdict: {report.verdict}", f"bold {colour}"), culprits)


def _remarks(report: AuditReport) -> list[str]:
    lines = []
    if report.totals.commits == 0:
        none = "; the topic has no records from there on" if report.origin else "; the topic has no records"
        lines.append("nothing was delivered yet" + ("" if report.nothing_delivered else none))
    if report.format is not None and report.format < FULL:
        lines.append(going_over(report.format))
    if report.origin:
        lines.append(begins_at(report.origin, "nothing before that is judged"))
    if report.totals.dead_letters:
        states = ", ".join(f"{count:,} {state}" for state, count in _states(report.dead_letters).items())
        lines.append(f"dead letters: {states}")
    flying = sum(report.in_flight_offsets.values())
    if flying or report.in_flight_objects:
        judged = "counted as missing (--complete)" if report.complete else "not judged"
        lines.append(
            f"in flight, {judged}: {flying:,} offsets beyond the frontier, {report.in_flight_objects} objects "
            "of a commit without a receipt"
        )
    if report.judged_by_receipts:
        below = sum(end - report.origin.get(p, 0) for p, end in report.judged_by_receipts.items())
        lines.append(f"judged by receipts alone: {below:,} offsets that Kafka no longer has")
    return lines


def _states(dead_letters: AuditedDeadLetters) -> dict[str, int]:
    return {"open": dead_letters.open, "redriven": dead_letters.redriven, "waived": dead_letters.waived}


def _title(tally: FindingCounts) -> tuple[Styled, str]:
    rest = f", the first {len(tally.shown)}" if tally.total > len(tally.shown) else ""
    return Styled(tally.code, "red" if tally.code.fails else "yellow"), f" x {tally.total:,}{rest}"


def _partitions(values: Mapping[int, int]) -> dict[str, int]:
    return {str(partition): value for partition, value in sorted(values.items())}
