"""The signals that ask a program to end, and the terminal that may be gone with one of them."""

from __future__ import annotations

import errno
import os
import signal
import termios

STANDARD = (0, 1, 2)


def asking_to_end() -> tuple[signal.Signals, ...]:
    """SIGTERM, SIGINT and SIGHUP; the last not where it is ignored from the start, since the caller wants that (nohup).

    A closed terminal sends SIGHUP twice, by its shell and by the kernel: a second one must not count as impatience.
    """
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return (signal.SIGTERM, signal.SIGINT, *(() if ignored else (signal.SIGHUP,)))


def leave_to_starter() -> None:
    """For a process that ends with the one which started it: a terminal and a process manager send signals to the whole
    group, and that one alone decides what becomes of the work.
    """
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def let_go_of_terminal() -> None:
    """Point standard streams on a closed terminal to /dev/null: each write to the terminal would fail."""
    gone = [descriptor for descriptor in STANDARD if _hung_up(descriptor)]
    if gone:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in gone:
            os.dup2(nowhere, descriptor)
        os.close(nowhere)


def _hung_up(descriptor: int) -> bool:
    try:
        termios.tcgetattr(descriptor)
    except termios.error as error:
        return bool(error.args[0] == errno.EIO)
    return False
