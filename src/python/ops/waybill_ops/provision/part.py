"""One thing that a stream needs, and whether it was there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class PartState(StrEnum):
    """``CREATED`` by this run, or ``THERE`` before it."""

    CREATED = "created"
    THERE = "there"


@dataclass(frozen=True)
class ProvisionedPart:
    """``detail`` says what exists now, not what was asked for: an existing topic keeps its partitions and policy.
    ``advice``: what somebody should change about it, and how.
    """

    kind: Literal["topic", "bucket", "folder"]
    name: str
    state: PartState
    detail: str = ""
    advice: str = ""
