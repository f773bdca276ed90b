"""What is to be done with one dead letter. Pure: from the dead letter, its status, the patch and the contract."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from waybill_common.contract import Contract, Dead, judge, unframe
from waybill_common.errors import DeadLettersRefused
from waybill_ops.dead_letters import KeptDeadLetter, RedriveStatus
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
    UNSENDABLE = "unsendable"
    """A header's name is no UTF-8: confluent-kafka, which sends, has no way to send it as it was."""


@dataclass(frozen=True)
class PatchedDeadLetter:
    """``value`` and ``key`` are those to send; ``dead`` says what is still broken."""

    dead_letter: KeptDeadLetter
    verdict: PatchVerdict
    value: bytes | None = None
    key: bytes | None = None
    dead: Dead | None = None


def consider(
    dead_letter: KeptDeadLetter, status: RedriveStatus | None, patch: Patch | None, contract: Contract
) -> PatchedDeadLetter:
    """Raises ``DeadLettersRefused`` where the patch raises, or returns what is no event."""
    if status is not None:
        return PatchedDeadLetter(dead_letter, PatchVerdict(status.state))
    found = _judged(dead_letter, patch, contract)
    if found.verdict is PatchVerdict.SEND and not all(_can_be_sent(name) for name, _ in dead_letter.headers):
        return PatchedDeadLetter(dead_letter, PatchVerdict.UNSENDABLE)
    return found


def _judged(dead_letter: KeptDeadLetter, patch: Patch | None, contract: Contract) -> PatchedDeadLetter:
    if patch is None:
        found = judge(contract, dead_letter.value)
        if isinstance(found, Dead):
            return PatchedDeadLetter(dead_letter, PatchVerdict.BROKEN, dead=found)
        return PatchedDeadLetter(dead_letter, PatchVerdict.SEND, dead_letter.value, dead_letter.key)
    event = _event(dead_letter.value)
    if event is None:
        return PatchedDeadLetter(dead_letter, PatchVerdict.NO_EVENT)
    text = _mended(dead_letter, event, patch)
    if text is None:
        return PatchedDeadLetter(dead_letter, PatchVerdict.LEFT)
    found = judge(contract, text)
    if isinstance(found, Dead):
        return PatchedDeadLetter(dead_letter, PatchVerdict.BROKEN, dead=found)
    frame = (dead_letter.value or b"")[
        : len(dead_letter.value or b"") - len(unframe(dead_letter.value or b""))
    ]
    key = str(getattr(found, contract.id_field)).encode()
    return PatchedDeadLetter(dead_letter, PatchVerdict.SEND, frame + contract.encode(found), key)


def _can_be_sent(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return b"\x00" not in name


def _event(value: bytes | None) -> dict[str, object] | None:
    try:
        found = json.loads(unframe(value or b""))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _mended(dead_letter: KeptDeadLetter, event: dict[str, object], patch: Patch) -> bytes | None:
    try:
        mended = patch.mend(event)
        text = None if mended is None else json.dumps(mended).encode()
    except Exception as error:
        raise _refused(dead_letter, patch, f"raised {error!r}") from error
    if mended is not None and not isinstance(mended, dict):
        raise _refused(dead_letter, patch, f"returned {str(mended)[:60]!r}")
    return text


def _refused(dead_letter: KeptDeadLetter, patch: Patch, what: str) -> DeadLettersRefused:
    return DeadLettersRefused(
        f"{patch.path} {what} for the dead letter {dead_letter.coordinates}.",
        allowed="a mend that returns the event as a dict of JSON values, or None to leave the dead letter open.",
        remedy="correct the patch, and try it with a dry run.",
    )
