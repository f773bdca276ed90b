"""A topic at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class TopicState:
    """``log_starts`` and ``log_ends`` (the last stable offsets) have every partition.

    ``id`` changes when a topic is deleted and made again.
    """

    name: str
    id: str
    log_starts: Mapping[int, int]
    log_ends: Mapping[int, int]
    cleanup_policy: str = "delete"
