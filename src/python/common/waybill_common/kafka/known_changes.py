"""Waiting until a broker knows of a change: the controller answers before it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from waybill_common.errors import KafkaUnavailable

Known = TypeVar("Known")

_WITHIN_SECONDS = 5.0
_PAUSE_SECONDS = 0.1


def known_soon(
    look: Callable[[], Known | None],
    unknown: str,
    allowed: str,
    remedy: str = "check the cluster's health and run again.",
) -> Known:
    """What ``look`` returns once that is true. Raises ``KafkaUnavailable`` with these words after 5 seconds; to
    ``allowed`` it adds by when.
    """
    deadline = time.monotonic() + _WITHIN_SECONDS
    while not (found := look()):
        if time.monotonic() >= deadline:
            raise KafkaUnavailable(
                unknown, allowed=f"{allowed} within {_WITHIN_SECONDS:.0f} s.", remedy=remedy
            )
        time.sleep(_PAUSE_SECONDS)
    return found
