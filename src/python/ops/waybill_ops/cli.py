"""``waybill``: the operator's tool."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from waybill_common.cli import Parser
from waybill_common.cli import run_program
from waybill_common.version import VERSION
from waybill_ops import later
from waybill_ops.commands import backfill
from waybill_ops.commands import dags
from waybill_ops.commands import dead_letters
from waybill_ops.commands import init
from waybill_ops.commands import lag
from waybill_ops.commands import prove
from waybill_ops.commands import redrive
from waybill_ops.commands import report
from waybill_ops.commands import submit
from waybill_ops.commands import verify

VERBS = {
    "init": init,
    "submit": submit,
    "verify": verify,
    "report": report,
    "lag": lag,
    "dead-letters": dead_letters,
    "redrive": redrive,
    "backfill": backfill,
    "prove": prove,
    "dags": dags,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb. Exit codes: ``waybill_common.errors``."""
    return run_program("waybill", lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    flags = make_parser().parse_args(argv)
    verb = VERBS[flags.verb] if flags.verb in VERBS else later.command(flags.verb)
    code: int = verb.run(flags, os.environ)
    return code


def make_parser() -> Parser:
    parser = Parser(prog="waybill", description="Carry records from an API to a lake, and prove it.")
    parser.add_argument("--version", action="version", version=f"waybill {VERSION}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=later.VerbParser)
    for name, verb in VERBS.items():
        verb.add_arguments(verbs.add_parser(name, help=verb.HELP, description=verb.HELP))
    later.add_verbs(verbs)
    return parser


if __name__ == "__main__":
    sys.exit(main())
