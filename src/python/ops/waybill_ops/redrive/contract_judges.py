"""What the delivery will say of a record that is sent, by its contract's document."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from waybill_common.contract import BoundContract, WriterSchema
from waybill_contracts.document import parse_document
from waybill_contracts.judging import (
    DeadRecord,
    JudgedRow,
    KafkaInput,
    KnownSchemas,
    RecordJudge,
    Writers,
    unframe_of,
)
from waybill_ops.dead_letters import KeptDeadLetter
from waybill_ops.redrive.exact_json import load_exactly, spelled


@dataclass(frozen=True)
class StillBroken:
    """Why it would be a dead letter again."""

    reason: str
    detail: str


@dataclass(frozen=True)
class Unselected:
    """The contract's ``select`` does not ask for it."""


@dataclass(frozen=True)
class Sendable:
    value: bytes | None
    key: bytes | None


Judged = Sendable | StillBroken | Unselected


class RedriveJudge:
    """Frame, key and headers stay as they were; of the value what a patch leaves alone keeps its digits.

    As 0.1.0 did, what is mended under its contract is spelled as the producer spells it, and has its id as key. What
    ids of a registry's schemas mean is bound when the record is delivered: nothing is said of its datum here.
    """

    def __init__(self, contract: BoundContract) -> None:
        self._document = parse_document(contract.document)
        writers = Writers(KnownSchemas(self._document), {}, _nothing_bound) if contract.registry else None
        self._judge = RecordJudge(self._document, writers=writers)
        self._is_old = self._document.legacy is not None
        self._unframe = unframe_of(self._document.value.frame, is_old=self._is_old)

    def unchanged(self, letter: KeptDeadLetter) -> Judged:
        """The dead letter as it is."""
        return self._judged(letter, letter.value)

    def event(self, letter: KeptDeadLetter) -> dict[str, Any] | None:
        """What a patch is given; None where there is no JSON object."""
        inner = self._inner(letter)
        if inner is None or self._document.value.format != "json":
            return None
        try:
            found = load_exactly(inner)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    def mended(self, letter: KeptDeadLetter, event: dict[str, Any]) -> Judged:
        """With what a patch returned in place of its event. Raises what a dict that is no JSON raises."""
        value, inner = letter.value or b"", self._inner(letter) or b""
        frame = value[: len(value) - len(inner)]
        found = self._judged(letter, frame + spelled(event).encode())
        if not self._is_old or not isinstance(found, Sendable):
            return found
        members = {name: event[name] for name in self._document.columns}
        made = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
        key = str(event[self._document.id[0]]).encode() if self._document.id else letter.key
        return Sendable(frame + made.encode(), key)

    def _inner(self, letter: KeptDeadLetter) -> bytes | None:
        value = letter.value
        return self._unframe(value) if self._unframe is not None and value is not None else value

    def _judged(self, letter: KeptDeadLetter, value: bytes | None) -> Judged:
        """It is sent now, so any timestamp of today's will do."""
        found = self._judge.judge(KafkaInput(value, letter.key, letter.headers, timestamp=0))
        match found:
            case JudgedRow():
                return Sendable(value, letter.key)
            case DeadRecord() if found.reason == "unknown_schema":
                return Sendable(value, letter.key)
            case DeadRecord():
                return StillBroken(found.reason, found.detail)
        return Unselected()


def _nothing_bound(sha256: str) -> WriterSchema:
    raise KeyError(sha256)


redrive_judge = lru_cache(maxsize=4)(RedriveJudge)
"""Of a contract; a redrive asks it for each letter."""
