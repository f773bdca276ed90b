"""What the delivery will say of a record that is sent: by the contract's model where there is one, or its document."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from waybill_common.contract import BoundContract, Contract, Dead, WriterSchema, judge, unframe
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


class RedriveJudge(Protocol):
    def unchanged(self, letter: KeptDeadLetter) -> Judged:
        """The dead letter as it is."""

    def event(self, letter: KeptDeadLetter) -> dict[str, Any] | None:
        """What a patch is given; None where there is no JSON object."""

    def mended(self, letter: KeptDeadLetter, event: dict[str, Any]) -> Judged:
        """With what a patch returned in place of its event. Raises what a dict that is no JSON raises."""


@lru_cache(maxsize=4)
def redrive_judge(contract: BoundContract) -> RedriveJudge:
    return _ModelJudge(contract) if isinstance(contract, Contract) else _DocumentJudge(contract)


@dataclass(frozen=True)
class _ModelJudge:
    """Its events have one spelling, and their id as key."""

    contract: Contract

    def unchanged(self, letter: KeptDeadLetter) -> Judged:
        found = judge(self.contract, letter.value)
        if isinstance(found, Dead):
            return StillBroken(found.reason, found.detail)
        return Sendable(letter.value, letter.key)

    def event(self, letter: KeptDeadLetter) -> dict[str, Any] | None:
        try:
            found = json.loads(unframe(letter.value or b""))
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    def mended(self, letter: KeptDeadLetter, event: dict[str, Any]) -> Judged:
        found = judge(self.contract, json.dumps(event).encode())
        if isinstance(found, Dead):
            return StillBroken(found.reason, found.detail)
        value = letter.value or b""
        frame = value[: len(value) - len(unframe(value))]
        key = str(getattr(found, self.contract.id_field)).encode()
        return Sendable(frame + self.contract.encode(found), key)


class _DocumentJudge:
    """Frame, key and headers stay as they were; of the value what a patch leaves alone keeps its digits.

    What ids of a registry's schemas mean is bound when the record is delivered: nothing is said of its datum here.
    """

    def __init__(self, contract: BoundContract) -> None:
        self._document = parse_document(contract.document)
        writers = Writers(KnownSchemas(self._document), {}, _nothing_bound) if contract.registry else None
        self._judge = RecordJudge(self._document, writers=writers)
        self._unframe = unframe_of(self._document.value.frame, is_old=self._document.legacy is not None)

    def unchanged(self, letter: KeptDeadLetter) -> Judged:
        return self._judged(letter, letter.value)

    def event(self, letter: KeptDeadLetter) -> dict[str, Any] | None:
        inner = self._inner(letter)
        if inner is None or self._document.value.format != "json":
            return None
        try:
            found = load_exactly(inner)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    def mended(self, letter: KeptDeadLetter, event: dict[str, Any]) -> Judged:
        value, inner = letter.value or b"", self._inner(letter) or b""
        return self._judged(letter, value[: len(value) - len(inner)] + spelled(event).encode())

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
