"""What is done to a letter, and how changes are cut into transactions. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass

from waybill_ops.dead_letters.dead_letter import Headers
from waybill_ops.dead_letters.dead_letter import LetterState
from waybill_ops.dead_letters.dead_letter import RecordCoordinates
from waybill_ops.redrive.patching import PatchedLetter
from waybill_ops.redrive.redrive_status import RedriveStatus
from waybill_ops.redrive.redrive_status import state_of

OF = b"waybill-redrive-of"
PATCH = b"waybill-redrive-patch"

LETTERS = 500
BYTES = 8 << 20
"""Most of them in a transaction: what a redrive holds in memory, and what is done anew where one is lost."""


@dataclass(frozen=True)
class RedriveLetter:
    """Send this value, and record it. ``headers`` name the letter, behind those that it had."""

    place: RecordCoordinates
    key: bytes | None
    value: bytes | None
    headers: Headers
    patch_sha256: str | None


@dataclass(frozen=True)
class WaiveLetter:
    place: RecordCoordinates
    reason: str


@dataclass(frozen=True)
class ReopenLetter:
    place: RecordCoordinates


Change = RedriveLetter | WaiveLetter | ReopenLetter


def redrive_of(considered: PatchedLetter, patch_sha256: str | None) -> RedriveLetter:
    """A successor that breaks the contract again is a letter of its own: its header names its own predecessor only."""
    letter = considered.letter
    kept = tuple((name, value) for name, value in letter.headers if name not in (OF, PATCH))
    own: Headers = ((OF, str(letter.place).encode()),)
    if patch_sha256 is not None:
        own = (*own, (PATCH, patch_sha256.encode()))
    return RedriveLetter(letter.place, considered.key, considered.value, (*kept, *own), patch_sha256)


def is_done(change: Change, fate: RedriveStatus | None) -> bool:
    """Whether a letter with this fate has had the change."""
    match change:
        case RedriveLetter():
            return state_of(fate) is LetterState.REDRIVEN
        case WaiveLetter():
            return state_of(fate) is LetterState.WAIVED
        case ReopenLetter():
            return fate is None


def chunks(changes: Iterable[Change]) -> Iterator[tuple[Change, ...]]:
    """Each is one transaction: at most ``LETTERS`` changes, and ``BYTES`` of values unless one alone has more."""
    chunk: list[Change] = []
    size = 0
    for change in changes:
        length = len(change.value or b"") if isinstance(change, RedriveLetter) else 0
        if chunk and (len(chunk) == LETTERS or size + length > BYTES):
            yield tuple(chunk)
            chunk, size = [], 0
        chunk.append(change)
        size += length
    if chunk:
        yield tuple(chunk)
