"""Commands of components that this one does not import: each is looked up by its name once it is called."""

from __future__ import annotations

import importlib
from argparse import Namespace, _SubParsersAction
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from waybill_common.cli import Parser
from waybill_common.errors import EnvironmentMissing

COMMANDS = {
    "deliver": (
        "waybill_local.deliver_command",
        "deliver the stream to its lake by this machine's processes, without Spark",
    ),
    "contract": (
        "waybill_contracts.contract_command",
        "check and compare contract documents, and judge records by hand",
    ),
    "console": (
        "waybill_console.console_command",
        "serve web pages about the brokers, the topics and the lake",
    ),
}
"""Its name, its module, and what ``waybill --help`` says of it."""


class CommandParser(Parser):
    """A command's parser; one with ``fill`` gets its flags when it is first given words."""

    fill: Callable[[Parser], None] | None = None

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Namespace, list[str]]:
        fill, self.fill = self.fill, None
        if fill is not None:
            fill(self)
        return super().parse_known_args(args, namespace)


def add_commands(commands: _SubParsersAction[CommandParser]) -> None:
    for name, (_, said) in COMMANDS.items():
        parser = commands.add_parser(name, help=said, description=said)
        parser.fill = lambda parser, name=name: command(name).add_arguments(parser)


def command(name: str) -> ModuleType:
    """Raises ``EnvironmentMissing`` where its component is not installed."""
    module = COMMANDS[name][0]
    package = module.partition(".")[0]
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        raise EnvironmentMissing(
            f"`waybill {name}` is not here: this Python has no {package}.",
            allowed="waybill.pex, or an environment with the wheel of the same release.",
            remedy=f"run waybill.pex, or install {package.replace('_', '-')} beside waybill-ops.",
        ) from error
