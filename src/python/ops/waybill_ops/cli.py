"""``waybill``: the operator's tool."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from waybill_common.cli import Parser, run_program
from waybill_common.version import VERSION
from waybill_ops import later


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: ``waybill_common.errors``."""
    return run_program("waybill", lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    flags = make_parser().parse_args(argv)
    code: int = later.command(flags.command).run(flags, os.environ)
    return code


def make_parser() -> Parser:
    parser = Parser(prog="waybill", description="Carry the records of Kafka topics to a lake, and prove it.")
    parser.add_argument("--version", action="version", version=f"waybill {VERSION}")
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=later.CommandParser
    )
    later.add_commands(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
