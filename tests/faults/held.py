"""A program that stands still before it reads a topic: ``python -m faults.held``, with its own flags.

WAYBILL_TEST_HELD is its module and its first words; without that it is the producer. It makes the file ``reached`` in
its folder as soon as a consumer of it is to begin to read, and goes on when ``released`` is there.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

from waiting import wait_until

from waybill_common.kafka import clients

HELD = "WAYBILL_TEST_HELD"
REACHED, RELEASED = "reached", "released"
_PRODUCER = "waybill_producer.cli"


class Held(clients.Reader):
    def assign(self, *places: Any) -> None:
        Path(REACHED).touch()
        wait_until(Path(RELEASED).exists, "nobody let it go on", pause=0.01)
        super().assign(*places)


def main() -> int:
    program, *words = os.environ.pop(HELD, _PRODUCER).split()
    # Stands in for the class that the one place has where consumers are made.
    setattr(clients, "Reader", Held)  # noqa: B010
    code: int = importlib.import_module(program).main([*words, *sys.argv[1:]])
    return code


if __name__ == "__main__":
    sys.exit(main())
