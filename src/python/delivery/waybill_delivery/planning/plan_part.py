"""One part of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PlanPart:
    """``said`` is its JSON under ``name``; ``told`` are the lines that say the same."""

    name: str
    said: Mapping[str, Any] | list[str]
    told: tuple[str, ...]


def by_partition(offsets: Mapping[int, int]) -> dict[str, int]:
    """For JSON."""
    return {str(partition): offset for partition, offset in sorted(offsets.items())}


def plural(count: int, what: str) -> str:
    """``1 commit``, ``1,000 commits``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
