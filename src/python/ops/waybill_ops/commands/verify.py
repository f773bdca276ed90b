"""``waybill verify``: is every record of the topic in the lake, once, unaltered?"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from waybill_common.cli import settings_of
from waybill_common.errors import OK, AuditFailed, NothingDelivered
from waybill_common.screen import on_stderr, on_stdout
from waybill_common.settings import CREATION, READING, add_settings_flags
from waybill_common.terminal import say_json
from waybill_ops.audit import AuditReport, as_json, audit, audit_redriven, print_report

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
    add_settings_flags(parser, *SETTINGS, idle=IDLE)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """Raises ``AuditFailed`` and ``NothingDelivered`` after the report was printed."""
    settings = settings_of(flags, environ, "verify")
    with on_stderr().progress() as progress:
        own = audit(settings, complete=flags.complete, progress=progress)
        redriven = audit_redriven(settings, complete=flags.complete, progress=progress)
    if flags.json:
        say_json(
            as_json(own) if redriven is None else {**as_json(own), "redriven": as_json(redriven)}, indent=2
        )
    reports = [one for one in (own, redriven) if one is not None]
    for report in () if flags.json else reports:
        # A pipe has no width of its own; names of objects are long and must stay whole.
        print_report(report, on_stdout(piped_width=240))
    for report in sorted(reports, key=lambda one: not one.failed):
        _raise_where_wrong(report, settings.kafka.bootstrap_servers)
    return OK


def _raise_where_wrong(report: AuditReport, servers: str) -> None:
    if report.failed:
        raise AuditFailed(
            f"The lake {report.lake} is not what the topic {report.topic} says: {report.culprits}.",
            allowed="each record once, as a row or a dead letter, unaltered; see docs/format.md, Audit.",
            remedy="keep the lake as it is, find out who changed it, and restore the named objects from a backup.",
        )
    if report.verdict == "nothing_delivered":
        waiting = sum(report.in_flight_offsets.values())
        raise NothingDelivered(
            f"The lake {report.lake} has no receipt, and {report.topic} at {servers} has records in its {waiting} "
            "offsets: nothing was delivered from it to there.",
            allowed="a dataset that at least one commit was delivered into.",
            remedy="check that lake.url and stream.topic are those of the delivery; if nothing was delivered yet, run "
            "`waybill submit`, then verify again.",
        )
