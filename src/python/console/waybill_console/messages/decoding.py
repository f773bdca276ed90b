"""A record as its stream's contract reads it: its row, or why it is none. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from waybill_common.contract import SchemaId, WriterSchema
from waybill_common.errors import WaybillError
from waybill_common.printable import printable
from waybill_common.settings import StreamSettings
from waybill_contracts.document import ContractDocument, parse_document
from waybill_contracts.judging import (
    DeadRecord,
    JudgedRow,
    KafkaInput,
    KnownSchemas,
    RecordJudge,
    Writers,
    beginning_of,
    has_header_ids,
    header_id,
    ids_of,
    key_reader,
    written_row,
)
from waybill_contracts.stream_contract import contracts_of

LARGEST_JUDGED = 4 * 1024 * 1024


@dataclass(frozen=True)
class Decoded:
    """``state`` is ``event``, ``dead``, ``skipped`` or ``unjudged``. ``row`` has an event's columns as JSON, ``key``
    what the contract reads out of the key. ``frame`` says how many bytes come off the value; None where no contract
    says it. ``by_header`` is the id of the schema where a header has it.
    """

    state: str
    word: str
    why: str = ""
    row: str = ""
    key: str | None = None
    frame: int | None = None
    by_header: SchemaId | None = None

    def cut(self, most: int) -> Decoded:
        """With so many characters of its row."""
        return self if len(self.row) <= most else replace(self, row=f"{self.row[:most]}…")


Judge = Callable[[KafkaInput], Decoded]

Bound = Callable[[], tuple[Mapping[str, str | None], Callable[[str], WriterSchema]]]


@dataclass(frozen=True)
class MessageContract:
    """``document`` None: ``why`` there is none to judge by. ``bound`` tells which schemas the dataset's commits know,
    by name, and reads one: for a contract whose records' schemas are in a registry, which no page asks.
    """

    document: ContractDocument | None
    why: str = ""
    bound: Bound | None = None

    @property
    def id_columns(self) -> tuple[str, ...]:
        return self.document.id if self.document is not None else ()

    def reader(self) -> Judge:
        """For one page, which goes by what the dataset knows by then. Its errors are what it says of records."""
        document, judges = self.document, list[RecordJudge]()
        if document is None or document.value.registry is None:
            return self.read

        def read(record: KafkaInput) -> Decoded:
            try:
                if not judges:
                    judges.append(self._by_the_datasets_schemas(document))
                return self.read(record, judges[0])
            except WaybillError as error:
                return Decoded("unjudged", "not judged", error.found)

        return read

    def read(self, record: KafkaInput, judge: RecordJudge | None = None) -> Decoded:
        judge = judge or self._judge
        if judge is None or self.document is None:
            return Decoded("unjudged", "not judged", self.why)
        return replace(
            _decoded(self.document, record, judge),
            key=self._key_of(record.key),
            frame=self._frame_of(record.value),
            by_header=header_id(record.headers) if has_header_ids(self.document.value) else None,
        )

    @cached_property
    def _judge(self) -> RecordJudge | None:
        document = self.document
        return RecordJudge(document) if document is not None and document.value.registry is None else None

    def _by_the_datasets_schemas(self, document: ContractDocument) -> RecordJudge:
        names, read = self.bound() if self.bound is not None else ({}, _nothing_bound)
        ids = ids_of(document.value.frame or "", names)
        return RecordJudge(document, writers=Writers(KnownSchemas(document), ids, read))

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


def _decoded(document: ContractDocument, record: KafkaInput, judge: RecordJudge) -> Decoded:
    if record.value is not None and len(record.value) > LARGEST_JUDGED:
        why = f"its {len(record.value):,} bytes are too many to judge on a page"
        return Decoded("unjudged", "not judged", why)
    found = judge.judge(record)
    if isinstance(found, JudgedRow):
        row = json.dumps(written_row(document, found), indent=2, ensure_ascii=False)
        return Decoded("event", "event", "keeps the contract", _printable_lines(row))
    if isinstance(found, DeadRecord) and found.reason == "unknown_schema":
        why = f"no commit of the dataset knows its schema so far: {printable(found.detail)}"
        return Decoded("unjudged", "not judged", why)
    if isinstance(found, DeadRecord):
        return Decoded("dead", found.reason.replace("_", " "), printable(found.detail))
    return Decoded("skipped", "skipped", "the contract's select does not ask for it")


def contract_of_stream(stream: StreamSettings, bound: Bound | None = None) -> MessageContract:
    """That of its folder, or of the release."""
    try:
        document = parse_document(contracts_of(stream).current.document)
    except WaybillError as refused:
        return MessageContract(None, refused.found)
    return MessageContract(document, bound=bound)


def _nothing_bound(sha256: str) -> WriterSchema:
    raise ValueError(f"nothing names {sha256}")


def _printable_lines(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))
