"""What is done to a letter, and how changes are cut into transactions. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass

from waybill_ops.letters.letter import Headers
from waybill_ops.letters.letter import Place
from waybill_ops.letters.letter import State
from waybill_ops.redrive.consider import Considered
from waybill_ops.redrive.fate import Fate
from waybill_ops.redrive.fate import state_of

OF = b"waybill-redrive-of"
PATCH = b"waybill-redrive-patch"

LETTERS = 500
BYTES = 8 << 20
"""Most of them in a transaction: what a redrive holds in memory, and what is done anew where one is lost."""


@dataclass(frozen=True)
class Redrive:
    """Send this value, and record it. ``headers`` name the letter, behind those that it had."""

    place: Place
    key: bytes | None
    value: bytes | None
    headers: Headers
    patch_sha256: str | None


@dataclass(frozen=True)
class Waive:
    place: Place
    reason: str


@dataclass(frozen=True)
class Reopen:
    place: Place


Change = Redrive | Waive | Reopen


def redrive_of(considered: Considered, patch_sha256: str | None) -> Redrive:
    """A successor that breaks the contract again is a letter of its own: its header names its own predecessor only."""
    letter = considered.letter
    kept = tuple((name, value) for name, value in letter.headers if name not in (OF, PATCH))
    own: Headers = ((OF, str(letter.place).encode()),)
    if patch_sha256 is not None:
        own = (*own, (PATCH, patch_sha256.encode()))
    return Redrive(letter.place, considered.key, considered.value, (*kept, *own), patch_sha256)


def is_done(change: Change, fate: Fate | None) -> bool:
    """Whether a letter with this fate has had the change."""
    match change:
        case Redrive():
            return state_of(fate) is State.REDRIVEN
        case Waive():
            return state_of(fate) is State.WAIVED
        case Reopen():
            return fate is None


def chunks(changes: Iterable[Change]) -> Iterator[tuple[Change, ...]]:
    """Each is one transaction: at most ``LETTERS`` changes, and ``BYTES`` of values unless one alone has more."""
    chunk: list[Change] = []
    size = 0
    for change in changes:
        length = len(change.value or b"") if isinstance(change, Redrive) else 0
        if chunk and (len(chunk) == LETTERS or size + length > BYTES):
            yield tuple(chunk)
            chunk, size = [], 0
        chunk.append(change)
        size += length
    if chunk:
        yield tuple(chunk)
