"""A record as its stream's contract reads it: its row, or why it is none. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from waybill_common.errors import WaybillError
from waybill_common.printable import printable
from waybill_common.settings import StreamSettings
from waybill_contracts.document import ContractDocument, parse_document
from waybill_contracts.judging import (
    DeadRecord,
    JudgedRow,
    KafkaInput,
    RecordJudge,
    beginning_of,
    key_reader,
    written_row,
)
from waybill_contracts.stream_contract import contracts_of

LARGEST_JUDGED = 4 * 1024 * 1024


@dataclass(frozen=True)
class Decoded:
    """``state`` is ``event``, ``dead``, ``skipped`` or ``unjudged``. ``row`` has an event's columns as JSON, ``key``
    what the contract reads out of the key. ``frame`` says how many bytes come off the value.
    """

    state: str
    word: str
    why: str = ""
    row: str = ""
    key: str | None = None
    frame: int = 0

    def cut(self, most: int) -> Decoded:
        """With so many characters of its row."""
        return self if len(self.row) <= most else replace(self, row=f"{self.row[:most]}…")


Judge = Callable[[KafkaInput], Decoded]


@dataclass(frozen=True)
class MessageContract:
    """``document`` None: ``why`` there is none to judge by."""

    document: ContractDocument | None
    why: str = ""

    @property
    def id_columns(self) -> tuple[str, ...]:
        return self.document.id if self.document is not None else ()

    def read(self, record: KafkaInput) -> Decoded:
        if self._judge is None or self.document is None:
            return Decoded("unjudged", "not judged", self.why)
        key, frame = self._key_of(record.key), self._frame_of(record.value)
        if record.value is not None and len(record.value) > LARGEST_JUDGED:
            why = f"its {len(record.value):,} bytes are too many to judge on a page"
            return Decoded("unjudged", "not judged", why, key=key, frame=frame)
        found = self._judge.judge(record)
        if isinstance(found, JudgedRow):
            row = json.dumps(written_row(self.document, found), indent=2, ensure_ascii=False)
            return Decoded("event", "event", "keeps the contract", _printable_lines(row), key, frame)
        if isinstance(found, DeadRecord):
            return Decoded(
                "dead", found.reason.replace("_", " "), printable(found.detail), key=key, frame=frame
            )
        return Decoded(
            "skipped", "skipped", "the contract's select does not ask for it", key=key, frame=frame
        )

    @cached_property
    def _judge(self) -> RecordJudge | None:
        return None if self.document is None else RecordJudge(self.document)

    @cached_property
    def _read_key(self) -> Callable[[bytes | None], object] | None:
        form = None if self.document is None else self.document.key
        return None if form is None else key_reader(form)

    def _key_of(self, key: bytes | None) -> str | None:
        found = self._read_key(key) if self._read_key is not None else None
        return f"0x{found.hex()}" if isinstance(found, bytes) else found if isinstance(found, str) else None

    def _frame_of(self, value: bytes | None) -> int:
        if self.document is None or value is None:
            return 0
        begin, length = beginning_of(self.document.value.frame, is_old=self.document.legacy is not None)
        return length if value.startswith(begin) and len(value) > length else 0


def contract_of_stream(stream: StreamSettings) -> MessageContract:
    """That of its folder, or of the release."""
    try:
        document = parse_document(contracts_of(stream).current.document)
    except WaybillError as refused:
        return MessageContract(None, refused.found)
    if document.value.registry is not None:
        return MessageContract(None, "its records' schemas are in a registry, which this page does not ask")
    return MessageContract(document)


def _printable_lines(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))
