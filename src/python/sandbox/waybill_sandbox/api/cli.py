"""``waybill-sandbox api``, and ``simulator.pex``: the simulator alone, on an address of your choice."""

from __future__ import annotations

import sys
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from waybill_common.cli import Parser, run_program
from waybill_common.errors import OK, SettingsRefused
from waybill_common.flag_types import path_of, said, whole_number
from waybill_common.terminal import say_json
from waybill_common.version import VERSION
from waybill_sandbox.api.faults import FaultPlan
from waybill_sandbox.api.server import Simulator
from waybill_sandbox.ports import LOOPBACK, MOST_PORT
from waybill_sandbox.stopping import end_on_signals

HELP = "serve the API simulator alone, print its addresses as JSON, stay until Ctrl-C or SIGTERM"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the simulator. Exit codes: ``waybill_common.errors``."""
    parser = Parser(prog="simulator", description=HELP)
    parser.add_argument("--version", action="version", version=VERSION)
    add_arguments(parser)
    return run_program("simulator", lambda: run(parser.parse_args(argv)))


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--host",
        type=said,
        default=LOOPBACK,
        help="address to serve on, 0.0.0.0 for all (default: %(default)s)",
    )
    parser.add_argument("--port", type=whole_number(0, MOST_PORT), default=0, help="default: any free one")
    add_faults(parser)


def add_faults(parser: ArgumentParser) -> None:
    parser.add_argument("--faults", type=path_of, metavar="FILE", help="a fault plan for the API, JSON")


def run(flags: Namespace) -> int:
    """Raises PortInUse and SettingsRefused."""
    plan = read_fault_plan(flags.faults)
    end_on_signals()
    with Simulator(plan, host=flags.host, port=flags.port) as api:
        say_json({"api": addresses(api)})
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
    return OK


def addresses(api: Simulator) -> dict[str, str]:
    """What a client of the API and one of its controls need."""
    return {"url": api.url, "control": f"{api.root}/_sandbox"}


def read_fault_plan(path: Path | None) -> FaultPlan:
    """The plan in a JSON file, one without faults for None. Raises SettingsRefused for anything else."""
    if path is None:
        return FaultPlan()
    try:
        return FaultPlan.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise SettingsRefused(
            f"{path} is no fault plan: {error}",
            allowed='JSON such as {"faults": [{"kind": "rate_limit", "pages": [2, 2]}]}.',
            remedy="correct or leave out --faults.",
        ) from error


if __name__ == "__main__":
    sys.exit(main())
