"""Every command, looked up by its name once it is called: nobody waits for what other commands import, and some are of
components that this one must not import.
"""

from __future__ import annotations

import importlib
import importlib.util
from argparse import Namespace, _SubParsersAction
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from waybill_common.cli import Parser
from waybill_common.components import module_of

COMMANDS = {
    "init": (
        "waybill_ops.commands.init",
        "create the topics and the lake's folder or bucket; safe to run again",
    ),
    "submit": ("waybill_ops.commands.submit", "run the Spark application from its bundle"),
    "plan": (
        "waybill_ops.commands.plan",
        "say what a run would do and promise, and what would refuse it; nothing is written",
    ),
    "verify": ("waybill_ops.commands.verify", "audit the lake against the topic"),
    "report": ("waybill_ops.commands.report", "show what the receipts say: commits, rows, objects, frontier"),
    "lag": ("waybill_ops.commands.lag", "say how far delivery is behind, and how near to Kafka's retention"),
    "dead-letters": ("waybill_ops.commands.dead_letters", "list, show, export and waive dead letters"),
    "redrive": (
        "waybill_ops.commands.redrive",
        "send dead letters back through the topic, mended or not; safe to run again",
    ),
    "backfill": (
        "waybill_ops.commands.backfill",
        "deliver an offset range of the topic, given by offsets or times, into a lake of its own",
    ),
    "prove": (
        "waybill_ops.commands.prove",
        "prove exactly once on your own test cluster, with faults that it causes itself",
    ),
    "dags": ("waybill_ops.commands.dags", "publish the DAGs in versions, list them, go back to one"),
    "deliver": (
        "waybill_local.deliver_command",
        "deliver the stream to its lake, or several streams, by this machine's processes, without Spark",
    ),
    "contract": (
        "waybill_contracts.contract_command",
        "draft, check and compare contract documents, and judge records by hand",
    ),
    "stream": (
        "waybill_contracts.stream_command",
        "list streams, show one, test one by its own samples, and begin new ones",
    ),
    "console": (
        "waybill_console.console_command",
        "serve web pages about the brokers, the topics and the lake",
    ),
}
"""Its name, its module, and what ``waybill --help`` says of it, which is the module's ``HELP``."""


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


def is_here(name: str) -> bool:
    """Whether its component is installed."""
    return importlib.util.find_spec(COMMANDS[name][0].partition(".")[0]) is not None


def command(name: str) -> ModuleType:
    """Raises ``EnvironmentMissing`` where its component is not installed."""
    return module_of(COMMANDS[name][0], f"waybill {name}", beside="waybill-ops")
