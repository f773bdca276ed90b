"""The judge: from a record's bytes and a document to a row, a dead letter, or neither. It never raises for a record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from waybill_contracts.document import ContractDocument
from waybill_contracts.judging.envelope import (
    BAD_HEADERS,
    BAD_KEY,
    key_reader,
    read_headers,
    timestamp_micros,
)
from waybill_contracts.judging.frames import KEYS_ID, VALUES_ID
from waybill_contracts.judging.old_words import told_by_0_1_0
from waybill_contracts.judging.opening import opener_of
from waybill_contracts.judging.seen_frames import said_of_frame
from waybill_contracts.judging.selecting import TWICE, UNWANTED, WANTED, by_header, by_member, by_schema
from waybill_contracts.judging.verdicts import (
    MOST_LISTED,
    SKIPPED,
    Complaint,
    DeadRecord,
    JudgedRow,
    KafkaInput,
    RecordVerdict,
    detail_of,
)
from waybill_contracts.judging.writers import Writers
from waybill_contracts.scanning import read_sliced
from waybill_contracts.types import Misfit, Notes, column_check, keeps_text, path_text, root_check, shape_of

_NONE: tuple[Complaint, ...] = ()
_NULL_VALUE = Complaint("", "null_value")
_EXTRA_TOO_LONG = Complaint("", "extra_too_long")


class RecordJudge:
    """``most`` bounds how many things are told of a dead record; ``None`` tells all. ``writers`` are there where a
    registry has the schemas.
    """

    def __init__(
        self,
        document: ContractDocument,
        most: int | None = MOST_LISTED,
        writers: Writers | None = None,
    ) -> None:
        if (document.value.registry is not None) != (writers is not None):
            raise ValueError(f"{document.stream} and what is known of its writers do not go together")
        self.document = document
        self._is_old = document.legacy is not None
        self._most = None if self._is_old else most  # 0.1.0 sorts before it cuts
        self._open = opener_of(document, writers)
        self._key = key_reader(document.key) if document.key else None
        self._format = document.value.format
        if self._format == "json":
            self._root = root_check(document)
            self._shape = shape_of(document.root)
            self._keeps_text = keeps_text(self._shape)
        elif self._format != "avro":
            self._column = column_check(document.root.fields[0])

    def judge(self, record: KafkaInput) -> RecordVerdict:
        opened = None if record.value is None else self._open(record.value, record.headers)
        fatal = opened if isinstance(opened, Complaint) else None
        asked = WANTED if fatal else self._asked(record, opened)
        if asked == UNWANTED:
            return SKIPPED
        around = self._around(record, asked)
        told = _complaints(*around)
        if opened is None and self.document.tombstones == "dead":
            fatal = _NULL_VALUE
        if fatal is not None:
            return self._dead((*told, self._with_frame(fatal, record)))
        if opened is None:
            values, extra, complaints = [None] * len(self.document.root.fields), None, _NONE
        else:
            values, extra, complaints = self._values(*opened)
        if told or complaints:
            return self._dead((*told, *complaints))
        return JudgedRow(values, *around, is_tombstone=opened is None, extra=extra)

    def around_a_row(self, record: KafkaInput, values: list[Any], extra: str | None) -> RecordVerdict:
        """The verdict on a record whose value is a row for sure, one that ``select`` wants if it looks at values."""
        choice = self.document.select
        asked = by_header(choice, record.headers) if choice is not None and choice.by == "header" else WANTED
        if asked == UNWANTED:
            return SKIPPED
        around = self._around(record, asked)
        told = _complaints(*around)
        return self._dead(told) if told else JudgedRow(values, *around, extra=extra)

    def _around(self, record: KafkaInput, asked: str) -> tuple[Any, Any, Any]:
        """Timestamp, key and headers, each as its column has it or with what is wrong with it."""
        choice = self.document.select
        headers: Any = read_headers(record.headers) if self.document.headers else None
        if asked == TWICE and choice is not None and choice.by == "header":
            headers = BAD_HEADERS
        key: Any = self._key(record.key) if self._key else None
        if key is BAD_KEY:
            key = self._keys_frame(record)
        return timestamp_micros(record.timestamp), key, headers

    def _with_frame(self, fatal: Complaint, record: KafkaInput) -> Complaint:
        """0.1.0 says nothing of a value as a whole."""
        if record.value is None or self._is_old:
            return fatal
        said = said_of_frame(self.document.value, record.value, record.headers, VALUES_ID)
        return replace(fatal, keyword=said)

    def _keys_frame(self, record: KafkaInput) -> Complaint:
        form = self.document.key
        if form is None or record.key is None:
            return BAD_KEY
        return replace(BAD_KEY, keyword=said_of_frame(form, record.key, record.headers, KEYS_ID))

    def _asked(self, record: KafkaInput, opened: Any) -> str:
        choice = self.document.select
        if choice is None:
            return WANTED
        if choice.by == "header":
            return by_header(choice, record.headers)
        if opened is None:
            return UNWANTED
        if choice.by == "schema":
            return by_schema(choice, opened[1].record)
        return by_member(choice, opened[1], last_counts=self.document.duplicates == "last")

    def _values(self, text: Any, tree: Any) -> tuple[Any, str | None, tuple[Complaint, ...]]:
        if self._format == "avro":
            notes = self._notes(text, is_sliced=False)
            return self._told(tree.values(notes), notes)
        if self._format != "json":
            value = self._column(text)
            if value.__class__ is Misfit:
                return None, None, (Complaint("", value.code, value.keyword),)
            return [value], None, ()
        notes = self._notes(text, is_sliced=self._keeps_text)
        values = self._root(read_sliced(text, self._shape) if self._keeps_text else tree, None, notes)
        if notes.wants_slices:
            notes = self._notes(text, is_sliced=True)
            values = self._root(read_sliced(text, self._shape), None, notes)
        return self._told(values, notes)

    def _told(self, values: Any, notes: Notes) -> tuple[Any, str | None, tuple[Complaint, ...]]:
        told = notes.misfits
        if not told and not notes.is_extra_too_long:
            return values, notes.extra_text(), ()
        complaints = tuple(Complaint(path_text(where), one.code, one.keyword) for where, one in told)
        if self._is_old:
            complaints = told_by_0_1_0(notes.misfits)
        return None, None, (*complaints, _EXTRA_TOO_LONG) if notes.is_extra_too_long else complaints

    def _notes(self, text: str | bytes, *, is_sliced: bool) -> Notes:
        return Notes(self.document.extra, self.document.ignore, len(text), self._most, is_sliced=is_sliced)

    def _dead(self, told: tuple[Complaint, ...]) -> DeadRecord:
        return DeadRecord(told, detail_of(told, is_old=self._is_old))


def _complaints(timestamp: Any, key: Any, headers: Any) -> tuple[Complaint, ...]:
    if Complaint not in (timestamp.__class__, key.__class__, headers.__class__):
        return _NONE  # as of nearly every record
    return tuple(one for one in (timestamp, key, headers) if one.__class__ is Complaint)
