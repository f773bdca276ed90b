"""How often a store is asked again, and when. Both clients follow it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from waybill_common.lake_location.store_causes import StoreCause

T = TypeVar("T")

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 15.0


class GivenUp(Exception):
    """Every attempt failed, or the first for good; ``cause`` is the last one."""

    def __init__(self, cause: StoreCause) -> None:
        super().__init__(cause.text)
        self.cause = cause


def patiently(
    ask: Callable[[], T],
    attempts: int,
    judge: Callable[[Exception], StoreCause | None],
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """What ``ask`` returns. ``judge`` says why an error came, or None for one that is no store's.

    Raises ``GivenUp`` at once for a permanent cause, else after ``attempts``. Each pause lies between a second, which
    a store that is restarted needs, and twice the last one.
    """
    pause = _FIRST_PAUSE
    for left in reversed(range(attempts)):
        try:
            return ask()
        except Exception as error:
            cause = judge(error)
            if cause is None:
                raise
            if cause.permanent or not left:
                raise GivenUp(cause) from error
        sleep(pause)
        pause = min(random.uniform(_FIRST_PAUSE, 2 * pause), _LONGEST_PAUSE)  # noqa: S311  # no secret
    raise AssertionError("attempts is at least 1")
