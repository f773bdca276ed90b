"""The one way in which tests wait for something: bounded, and it says what never came."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def wait_until(
    found: Callable[[], T],
    what: str | Callable[[], object],
    *,
    seconds: float = 60.0,
    pause: float = 0.02,
    process: subprocess.Popen[Any] | None = None,
) -> T:
    """What ``found`` returns as soon as that is true.

    Fails after ``seconds``, or as soon as ``process`` has ended, with ``what`` or with what that returns.
    """
    deadline = time.monotonic() + seconds
    while not (result := found()):
        ended = process is not None and process.poll() is not None
        if ended or time.monotonic() > deadline:
            told = what() if callable(what) else what
            why = "the program has ended" if ended else f"not within {seconds:g} s"
            raise AssertionError(f"{why}: {told}")
        time.sleep(pause)
    return result
