"""What is done to a dead letter, and how changes are cut into transactions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from waybill_common.kafka import Headers
from waybill_ops.dead_letters import AnyStatus, DeadLetterState, RecordCoordinates, state_of
from waybill_ops.redrive.patching import PatchedDeadLetter

OF = b"waybill-redrive-of"
PATCH = b"waybill-redrive-patch"

MOST_CHANGES = 500
BYTES = 8 << 20
"""Most of them in a transaction: what a redrive holds in memory, and what is done anew where one is lost."""


@dataclass(frozen=True)
class RedriveDeadLetter:
    """Send this value, and record it. ``headers`` are those it had, then the one that names it."""

    coordinates: RecordCoordinates
    key: bytes | None
    value: bytes | None
    headers: Headers
    patch_sha256: str | None


@dataclass(frozen=True)
class WaiveDeadLetter:
    coordinates: RecordCoordinates
    reason: str


@dataclass(frozen=True)
class ReopenDeadLetter:
    coordinates: RecordCoordinates


Change = RedriveDeadLetter | WaiveDeadLetter | ReopenDeadLetter


def redrive_of(considered: PatchedDeadLetter, patch_sha256: str | None) -> RedriveDeadLetter:
    """The change for one patched dead letter. Its header names that one alone, not what that one succeeded."""
    dead_letter = considered.dead_letter
    kept = tuple((name, value) for name, value in dead_letter.headers if name not in (OF, PATCH))
    own: Headers = ((OF, str(dead_letter.coordinates).encode()),)
    if patch_sha256 is not None:
        own = (*own, (PATCH, patch_sha256.encode()))
    return RedriveDeadLetter(
        dead_letter.coordinates, considered.key, considered.value, (*kept, *own), patch_sha256
    )


def is_done(change: Change, status: AnyStatus | None) -> bool:
    """Whether a dead letter with this status has had the change."""
    match change:
        case RedriveDeadLetter():
            return state_of(status) is DeadLetterState.REDRIVEN
        case WaiveDeadLetter():
            return state_of(status) is DeadLetterState.WAIVED
        case ReopenDeadLetter():
            return status is None


def chunks(changes: Iterable[Change]) -> Iterator[tuple[Change, ...]]:
    """Each is one transaction: at most ``MOST_CHANGES`` changes, and ``BYTES`` of values unless one alone has more."""
    chunk: list[Change] = []
    size = 0
    for change in changes:
        length = len(change.value or b"") if isinstance(change, RedriveDeadLetter) else 0
        if chunk and (len(chunk) == MOST_CHANGES or size + length > BYTES):
            yield tuple(chunk)
            chunk, size = [], 0
        chunk.append(change)
        size += length
    if chunk:
        yield tuple(chunk)
