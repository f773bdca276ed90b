"""How the sandbox's commands end."""

from __future__ import annotations

import signal

from waybill_common.signals import asking_to_end, let_go_of_terminal


def end_on_signals() -> None:
    """The first SIGTERM, SIGHUP or Ctrl-C raises KeyboardInterrupt; further ones don't disturb what it sets going."""
    numbers = asking_to_end()

    def asked(given: int, _frame: object) -> None:
        if given == signal.SIGHUP:
            let_go_of_terminal()
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, asked)
