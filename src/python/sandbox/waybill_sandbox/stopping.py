"""How the sandbox's commands end."""

from __future__ import annotations

import signal


def end_on_signals() -> None:
    """The first SIGTERM or Ctrl-C raises KeyboardInterrupt; further ones don't disturb what it sets going."""

    def asked(_number: int, _frame: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
