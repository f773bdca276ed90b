"""What is to be done with one letter: pure, from the letter, its fate, the patch and the contract."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from waybill_common.contract import Contract
from waybill_common.contract import judge
from waybill_common.contract.framing import unframe
from waybill_common.contract.judge import Dead
from waybill_common.errors import DeadLettersRefused
from waybill_ops.dead_letters.dead_letter import KeptDeadLetter
from waybill_ops.redrive.patch import Patch
from waybill_ops.redrive.redrive_status import RedriveStatus


class PatchVerdict(StrEnum):
    """``send`` is sent; every other letter stays as it is."""

    SEND = "send"
    REDRIVEN = "redriven"
    """Was sent before."""
    WAIVED = "waived"
    LEFT = "left"
    """The patch returned None."""
    NO_EVENT = "no_event"
    """There is a patch, but the value is no JSON object that it could be given."""
    BROKEN = "broken"
    """The value, patched or not, does not satisfy the contract."""
    UNSENDABLE = "unsendable"
    """A header's name is no UTF-8: confluent-kafka, which sends, has no way to send it as it was."""


@dataclass(frozen=True)
class PatchedLetter:
    """``value`` and ``key`` are those to send; ``dead`` says what is still broken."""

    letter: KeptDeadLetter
    verdict: PatchVerdict
    value: bytes | None = None
    key: bytes | None = None
    dead: Dead | None = None


def consider(
    letter: KeptDeadLetter, fate: RedriveStatus | None, patch: Patch | None, contract: Contract
) -> PatchedLetter:
    """Raises ``DeadLettersRefused`` where the patch raises, or returns what is no event."""
    if fate is not None:
        return PatchedLetter(letter, PatchVerdict(fate.state))
    found = _judged(letter, patch, contract)
    if found.verdict is PatchVerdict.SEND and not all(_can_be_sent(name) for name, _ in letter.headers):
        return PatchedLetter(letter, PatchVerdict.UNSENDABLE)
    return found


def _judged(letter: KeptDeadLetter, patch: Patch | None, contract: Contract) -> PatchedLetter:
    if patch is None:
        found = judge(contract, letter.value)
        if isinstance(found, Dead):
            return PatchedLetter(letter, PatchVerdict.BROKEN, dead=found)
        return PatchedLetter(letter, PatchVerdict.SEND, letter.value, letter.key)
    event = _event(letter.value)
    if event is None:
        return PatchedLetter(letter, PatchVerdict.NO_EVENT)
    text = _mended(letter, event, patch)
    if text is None:
        return PatchedLetter(letter, PatchVerdict.LEFT)
    found = judge(contract, text)
    if isinstance(found, Dead):
        return PatchedLetter(letter, PatchVerdict.BROKEN, dead=found)
    frame = (letter.value or b"")[: len(letter.value or b"") - len(unframe(letter.value or b""))]
    key = str(getattr(found, contract.id_field)).encode()
    return PatchedLetter(letter, PatchVerdict.SEND, frame + contract.encode(found), key)


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


def _mended(letter: KeptDeadLetter, event: dict[str, object], patch: Patch) -> bytes | None:
    try:
        mended = patch.mend(event)
        text = None if mended is None else json.dumps(mended).encode()
    except Exception as error:
        raise _refused(letter, patch, f"raised {error!r}") from error
    if mended is not None and not isinstance(mended, dict):
        raise _refused(letter, patch, f"returned {str(mended)[:60]!r}")
    return text


def _refused(letter: KeptDeadLetter, patch: Patch, what: str) -> DeadLettersRefused:
    return DeadLettersRefused(
        f"{patch.path} {what} for the letter {letter.place}.",
        allowed="a mend that returns the event as a dict of JSON values, or None to leave the letter open.",
        remedy="correct the patch, and try it with a dry run.",
    )
