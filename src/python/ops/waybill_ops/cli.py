"""``waybill``: the operator's tool."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from waybill_common.cli import Parser, run_program
from waybill_common.version import VERSION
from waybill_ops import later
from waybill_ops.commands import (
    backfill,
    dags,
    dead_letters,
    init,
    lag,
    prove,
    redrive,
    report,
    submit,
    verify,
)

COMMANDS = {
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
    """Run one command. Exit codes: ``waybill_common.errors``."""
    return run_program("waybill", lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    flags = make_parser().parse_args(argv)
    command = COMMANDS[flags.command] if flags.command in COMMANDS else later.command(flags.command)
    code: int = command.run(flags, os.environ)
    return code


def make_parser() -> Parser:
    parser = Parser(prog="waybill", description="Carry records from an API to a lake, and prove it.")
    parser.add_argument("--version", action="version", version=f"waybill {VERSION}")
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=later.CommandParser
    )
    for name, command in COMMANDS.items():
        command.add_arguments(commands.add_parser(name, help=command.HELP, description=command.HELP))
    later.add_commands(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
