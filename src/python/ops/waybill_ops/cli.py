"""``waybill``: the operator's tool."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

from waybill_common.cli import Parser, run_program
from waybill_common.version import VERSION
from waybill_ops import later


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: ``waybill_common.errors``."""
    return run_program("waybill", lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    words = sys.argv[1:] if argv is None else argv
    # A run that is measured by its first file does not wait for what the other commands import.
    commands = {} if words and words[0] in later.COMMANDS else _own_commands()
    flags = make_parser(commands).parse_args(words)
    command = commands.get(flags.command) or later.command(flags.command)
    code: int = command.run(flags, os.environ)
    return code


def _own_commands() -> Mapping[str, ModuleType]:
    from waybill_ops.commands.all import COMMANDS

    return COMMANDS


def make_parser(own: Mapping[str, ModuleType]) -> Parser:
    """Of ``own`` commands, and those of components that this one does not import."""
    parser = Parser(prog="waybill", description="Carry records from an API to a lake, and prove it.")
    parser.add_argument("--version", action="version", version=f"waybill {VERSION}")
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=later.CommandParser
    )
    for name, command in own.items():
        command.add_arguments(commands.add_parser(name, help=command.HELP, description=command.HELP))
    later.add_commands(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
