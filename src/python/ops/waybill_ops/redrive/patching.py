"""What is to be done with one dead letter. Pure: from the dead letter, its status, the patch and the contract."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from waybill_common.contract import BoundContract
from waybill_common.errors import DeadLettersRefused
from waybill_ops.dead_letters import AnyStatus, KeptDeadLetter
from waybill_ops.redrive.contract_judges import (
    Judged,
    RedriveJudge,
    Sendable,
    StillBroken,
    redrive_judge,
)
from waybill_ops.redrive.patch import Patch


class PatchVerdict(StrEnum):
    """``send`` is sent; every other dead letter stays as it is."""

    SEND = "send"
    REDRIVEN = "redriven"
    """Was sent before."""
    WAIVED = "waived"
    LEFT = "left"
    """The patch returned None."""
    NO_EVENT = "no_event"
    """There is a patch, but the value is no JSON object to give it."""
    BROKEN = "broken"
    """The value, patched or not, does not satisfy the contract."""
    UNSELECTED = "unselected"
    """It would be skipped: the contract's ``select`` does not ask for it."""
    UNSENDABLE = "unsendable"
    """A header's name is no UTF-8: confluent-kafka, which sends, has no way to send it as it was."""


@dataclass(frozen=True)
class PatchedDeadLetter:
    """``value`` and ``key`` are those to send; ``dead`` says what is still broken."""

    dead_letter: KeptDeadLetter
    verdict: PatchVerdict
    value: bytes | None = None
    key: bytes | None = None
    dead: StillBroken | None = None


def consider(
    dead_letter: KeptDeadLetter, status: AnyStatus | None, patch: Patch | None, contract: BoundContract
) -> PatchedDeadLetter:
    """Raises ``DeadLettersRefused`` where the patch raises, or returns what is no event."""
    if status is not None:
        return PatchedDeadLetter(dead_letter, PatchVerdict(status.state))
    found = _patched(dead_letter, patch, redrive_judge(contract))
    if found.verdict is PatchVerdict.SEND and not all(_can_be_sent(name) for name, _ in dead_letter.headers):
        return PatchedDeadLetter(dead_letter, PatchVerdict.UNSENDABLE)
    return found


def _patched(dead_letter: KeptDeadLetter, patch: Patch | None, judge: RedriveJudge) -> PatchedDeadLetter:
    if patch is None:
        return _as_judged(dead_letter, judge.unchanged(dead_letter))
    event = judge.event(dead_letter)
    if event is None:
        return PatchedDeadLetter(dead_letter, PatchVerdict.NO_EVENT)
    found = _mended(dead_letter, event, patch, judge)
    if found is None:
        return PatchedDeadLetter(dead_letter, PatchVerdict.LEFT)
    return _as_judged(dead_letter, found)


def _as_judged(dead_letter: KeptDeadLetter, found: Judged) -> PatchedDeadLetter:
    match found:
        case Sendable(value, key):
            return PatchedDeadLetter(dead_letter, PatchVerdict.SEND, value, key)
        case StillBroken():
            return PatchedDeadLetter(dead_letter, PatchVerdict.BROKEN, dead=found)
    return PatchedDeadLetter(dead_letter, PatchVerdict.UNSELECTED)


def _can_be_sent(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return b"\x00" not in name


def _mended(
    dead_letter: KeptDeadLetter, event: dict[str, Any], patch: Patch, judge: RedriveJudge
) -> Judged | None:
    """None where the patch leaves it."""
    try:
        mended = patch.mend(event)
        found = judge.mended(dead_letter, mended) if isinstance(mended, dict) else None
    except Exception as error:
        raise _refused(dead_letter, patch, f"raised {error!r}") from error
    if mended is not None and found is None:
        raise _refused(dead_letter, patch, f"returned {str(mended)[:60]!r}")
    return found


def _refused(dead_letter: KeptDeadLetter, patch: Patch, what: str) -> DeadLettersRefused:
    return DeadLettersRefused(
        f"{patch.path} {what} for the dead letter {dead_letter.coordinates}.",
        allowed="a mend that returns the event as a dict of JSON values, or None to leave the dead letter open.",
        remedy="correct the patch, and try it with a dry run.",
    )
