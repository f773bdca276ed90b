"""``waybill`` as a program of its own: what takes long to start is started before the rest of it is imported."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

_FIRST = {"deliver": "waybill_local.fork_server"}
"""Of a command: the module whose ``start_server`` it calls first of all. The command calls it again, to no effect."""


def main(argv: Sequence[str] | None = None) -> int:
    """As ``waybill_ops.cli.main``."""
    words = sys.argv[1:] if argv is None else argv
    if words and words[0] in _FIRST and not {"-h", "--help"} & {*words} and _has_streams():
        _start(_FIRST[words[0]])
    from waybill_ops.cli import main as run

    return run(argv)


def _start(module: str) -> None:
    """What stands in the way is told by the command, which meets it again."""
    try:
        importlib.import_module(module).start_server()
    except (ImportError, OSError):
        return


def _has_streams() -> bool:
    """Else what is opened now would be taken for one of them."""
    try:
        for descriptor in (0, 1, 2):
            os.fstat(descriptor)
    except OSError:
        return False
    return True
