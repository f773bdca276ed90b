"""Kills process groups once whoever started them is gone: a script that reads ``+GROUP`` and ``-GROUP`` from its stdin.

Its parent holds the other end of that pipe. However the parent ends, SIGKILL included, the kernel closes it, the
reading ends, and what was added and not taken back is killed: groups that are stopped, too. It imports nothing of ours,
so a start costs some 20 ms.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress


def left_over(lines: Iterable[str]) -> set[int]:
    """The groups that are added and not taken back when ``lines`` end."""
    groups: set[int] = set()
    for line in lines:
        change = groups.add if line.startswith("+") else groups.discard
        change(int(line[1:]))
    return groups


def main() -> None:
    for group in left_over(sys.stdin):
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
