"""What the user said, and what he gets: a first document, and what was seen on the way to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waybill_contracts.document import ContractDocument


class DraftRefused(ValueError):
    """No document can be made of this; ``allowed`` and ``remedy`` say what would do."""

    def __init__(self, found: str, *, allowed: str, remedy: str) -> None:
        super().__init__(found)
        self.allowed = allowed
        self.remedy = remedy


@dataclass(frozen=True)
class DraftWishes:
    """``form`` is the value's format where it is not to be found out."""

    stream: str
    required: bool = False
    id: tuple[str, ...] = ()
    time: str | None = None
    form: str | None = None


@dataclass(frozen=True)
class ContractDraft:
    """``told`` are sentences for people, ``seen`` is the same and more for programs: never a value of a text field."""

    document: ContractDocument
    seen: Mapping[str, Any]
    told: tuple[str, ...]
