"""Records into the audit's ``log`` table, judged by the auditor's own judge under their commit's document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

import duckdb
import pyarrow as pa
from confluent_kafka import Message

from waybill_ops.audit.audited_documents import Document
from waybill_ops.audit.documented_rows import digest_of, identity_of
from waybill_ops.audit.log_table import LogRecord, headers_digest, record_of
from waybill_ops.audit.record_headers import RawHeaders, raw_headers
from waybill_ops.audit.record_terms import RecordTerms, TermsByOffset
from waybill_ops.audit.second_judge import (
    SecondVerdict,
    detail_told,
    is_named_by_header,
    judge_record,
    may_say_headers,
)

_LOG = pa.schema(
    [
        ("p", pa.int32()),
        ("o", pa.int64()),
        ("ms", pa.int64()),
        ("bytes", pa.int64()),
        ("id", pa.string()),
        ("content", pa.binary()),
        ("raw", pa.binary()),
        ("headers", pa.binary()),
        ("verdict", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("split", pa.int32()),
    ]
)
_NO_UTF8 = ((b"\xff", None),)
"""In place of headers that nobody can tell, since some name of theirs is no UTF-8."""

HeadersOf = Callable[[int], "RawHeaders | None"]


@dataclass(frozen=True)
class JudgedLog:
    """``terms`` say which document judges a record; one that none judges is kept without a verdict."""

    database: duckdb.DuckDBPyConnection
    terms: TermsByOffset

    def insert(self, messages: Sequence[Message], splits: Sequence[int | None]) -> None:
        """``splits`` are the numbers of the splits that the messages lie in."""
        records = [record_of(message) for message in messages]
        self.insert_records(records, splits, lambda index: raw_headers(messages[index]))

    def insert_records(
        self, records: Sequence[LogRecord], splits: Sequence[int | None], headers: HeadersOf = lambda _: ()
    ) -> None:
        if not records:
            return
        rows = [
            self._row(record, split, lambda index=index: headers(index))  # type: ignore[misc]  # bound at once
            for index, (record, split) in enumerate(zip(records, splits, strict=True))
        ]
        columns = zip(*rows, strict=True)
        arrays = [pa.array(values, kind) for values, kind in zip(columns, _LOG.types, strict=True)]
        self.database.register("judged", pa.table(arrays, schema=_LOG))
        self.database.execute("INSERT INTO log SELECT * FROM judged").fetchall()

    def _row(
        self, record: LogRecord, split: int | None, headers: Callable[[], RawHeaders | None]
    ) -> tuple[Any, ...]:
        partition, offset, millis, key, value = record
        terms = self.terms.of_split(split)
        found = None
        if terms.document is not None:
            found = _judged(terms, terms.document, record, headers)
        at = partition, offset, millis, len(key or b"") + len(value or b"")
        if found is None or terms.document is None:
            verdict = "unknown" if self._may_skip(split) else None
            return (
                *at,
                None,
                None,
                raw_digest(key, value),
                headers_digest(headers()),
                verdict,
                None,
                None,
                split,
            )
        if found.verdict == "dead":
            detail = detail_told(found.told, is_old="legacy" in terms.document)
            letter = raw_digest(key, value), headers_digest(headers())
            return *at, None, None, *letter, "dead", found.told[0][1], detail, split
        if found.values is None:
            return *at, None, None, None, None, found.verdict, None, None, split
        content = identity_of(terms.document, found.values), digest_of(found.values)
        return *at, *content, None, None, "row", None, None, split

    def _may_skip(self, split: int | None) -> bool:
        """Whether records of the split were skipped, by its receipt's word."""
        report = None if split is None else self.terms.splits[split].report
        return report is not None and report.counts.skipped > 0


def _judged(
    terms: RecordTerms, document: Document, record: LogRecord, headers: Callable[[], RawHeaders | None]
) -> SecondVerdict | None:
    """None where the verdict rests on headers that nobody can tell. They are read where it rests on them at all."""
    _, _, millis, key, value = record
    rests_on_them = "header" in document.get("select", {}) or is_named_by_header(document["value"])
    told: RawHeaders | None = headers() if rests_on_them or document["headers"] else ()
    if told is None and rests_on_them:
        return None
    judge = partial(judge_record, document, value, key)
    found = judge(_NO_UTF8 if told is None else told, millis, terms.window, terms.schemas)
    if found.verdict != "dead" or not may_say_headers(document):
        return found
    told = headers()
    return None if told is None else judge(told, millis, terms.window, terms.schemas)


def raw_digest(key: bytes | None, value: bytes | None) -> bytes:
    """As ``database.RAW`` has it in SQL."""
    text = ":".join("-" if one is None else one.hex().upper() for one in (key, value))
    return sha256(text.encode()).digest()
