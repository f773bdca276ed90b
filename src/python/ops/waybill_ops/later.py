"""Verbs of components that this one does not import: each is looked up by its name once it is called."""

from __future__ import annotations

import importlib
from argparse import Namespace
from argparse import _SubParsersAction
from collections.abc import Callable
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from waybill_common.cli import Parser
from waybill_common.errors import EnvironmentMissing

COMMANDS = {
    "console": ("waybill_console.command", "serve web pages about the brokers, the topics and the lake")
}
"""Verb, the module of its command, and what ``waybill --help`` says of it."""


class VerbParser(Parser):
    """A verb's parser; one with ``fill`` gets its flags when it is first given words."""

    fill: Callable[[Parser], None] | None = None

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Namespace, list[str]]:
        fill, self.fill = self.fill, None
        if fill is not None:
            fill(self)
        return super().parse_known_args(args, namespace)


def add_verbs(verbs: _SubParsersAction[VerbParser]) -> None:
    for name, (_, said) in COMMANDS.items():
        parser = verbs.add_parser(name, help=said, description=said)
        parser.fill = lambda parser, name=name: command(name).add_arguments(parser)


def command(verb: str) -> ModuleType:
    """Raises ``EnvironmentMissing`` where its component is not installed."""
    module = COMMANDS[verb][0]
    package = module.partition(".")[0]
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        raise EnvironmentMissing(
            f"`waybill {verb}` is not here: this Python has no {package}.",
            allowed="waybill.pex, or an environment with the wheel of the same release.",
            remedy=f"run waybill.pex, or install {package.replace('_', '-')} beside waybill-ops.",
        ) from error
