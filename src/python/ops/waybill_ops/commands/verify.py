"""``waybill verify``: is every record of the topic in the lake, once, unaltered?"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from waybill_common.errors import AuditFailed, NothingDelivered, WaybillError
from waybill_common.screen import on_stderr
from waybill_common.settings import CREATION, READING, KafkaSettings, Settings, add_settings_flags
from waybill_ops.answers import StreamAnswer, answer_for_chosen, with_sibling
from waybill_ops.audit import (
    LEDGER,
    AuditReport,
    Code,
    FindingCounts,
    as_json,
    audit,
    audit_redriven,
    print_report,
)
from waybill_streams.redrives import sibling_of

SETTINGS = READING
IDLE = CREATION
HELP = "audit the lake against the topic"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout instead of tables")
    parser.add_argument(
        "--complete",
        action="store_true",
        help="records beyond the frontier count as missing, not as in flight",
    )
    add_settings_flags(parser, *SETTINGS, idle=IDLE, several=True)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """Raises ``AuditFailed`` and ``NothingDelivered`` after the report was printed."""
    return answer_for_chosen(flags, environ, "verify", lambda one: audit_of(one, complete=flags.complete))


def audit_of(settings: Settings, *, complete: bool) -> StreamAnswer:
    """Of one stream, and of what of it was redriven. Raises what can't be audited of its own."""
    with on_stderr().progress() as progress:
        own = _answer(audit(settings, complete=complete, progress=progress), settings.kafka)

        def redriven() -> StreamAnswer | None:
            report = audit_redriven(settings, complete=complete, progress=progress)
            return None if report is None else _answer(report, settings.kafka)

        return with_sibling(own, sibling_of(settings.stream).stream, redriven)


def _answer(report: AuditReport, kafka: KafkaSettings) -> StreamAnswer:
    return StreamAnswer(
        lambda: as_json(report), lambda screen: print_report(report, screen), _failure(report, kafka)
    )


_OTHER_TOPIC = (
    "check that kafka.bootstrap_servers and stream.topic are those of the delivery; if the topic was deleted or made "
    "again, keep this dataset as it is, and deliver the new topic into another one, of another stream or lake.url."
)
_CHANGED_LAKE = (
    "keep the lake as it is, find out who changed it, and restore the named objects from a backup."
)


def _remedy(report: AuditReport) -> str:
    """Where Kafka has another topic than the ledger names, nobody has changed an object."""
    failing = [tally for tally in report.tallies if tally.code.fails]
    others = [tally for tally in failing if tally.code is not Code.TOPIC_CHANGED or _is_in_ledger(tally)]
    if others == failing:
        return _CHANGED_LAKE
    return f"{_OTHER_TOPIC} For the rest: {_CHANGED_LAKE}" if others else _OTHER_TOPIC


def _is_in_ledger(tally: FindingCounts) -> bool:
    """Entries that contradict each other are somebody's change, too."""
    return any(one.where.startswith(LEDGER) for one in tally.shown)


def _failure(report: AuditReport, kafka: KafkaSettings) -> WaybillError | None:
    if report.verdict == "nothing_delivered":
        waiting = sum(report.in_flight_offsets.values())
        return NothingDelivered(
            f"The lake {report.lake} has no receipt, and {report.topic} at {kafka.bootstrap_servers} has "
            f"records in its {waiting} offsets: nothing was delivered from it to there.",
            allowed="a dataset that at least one commit was delivered into.",
            remedy="check that lake.url and stream.topic are those of the delivery; if nothing was delivered yet, run "
            "`waybill deliver` or `waybill submit`, then verify again.",
        )
    if report.has_another_topic:
        return AuditFailed(
            f"The lake {report.lake} can't be compared with the topic {report.topic}: {report.culprits}.",
            allowed="the topic that the dataset was delivered from.",
            remedy="audit it where that topic is (kafka.bootstrap_servers); where it is gone, the last audit before "
            "that is what is known. A new topic wants a dataset of its own (stream.dataset).",
        )
    if report.failed:
        return AuditFailed(
            f"The lake {report.lake} is not what the topic {report.topic} says: {report.culprits}.",
            allowed="each record once, as a row or a dead letter, unaltered; see docs/format.md, Audit.",
            remedy=_remedy(report),
        )
    return None
