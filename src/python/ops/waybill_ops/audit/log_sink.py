"""Where the log's records go: to the judge of their commit's document, or to DuckDB, which compares columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
from confluent_kafka import Message

from waybill_ops.audit.fingerprint import AuditedKind
from waybill_ops.audit.judged_log import JudgedLog
from waybill_ops.audit.log_table import LogTable
from waybill_ops.audit.record_terms import TermsByOffset


class LogSink:
    """``columns`` and ``id_field`` are those of the contract that this release carries, None where it carries none."""

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        terms: TermsByOffset,
        columns: Mapping[str, AuditedKind],
        id_field: str | None,
    ) -> None:
        self.database = database
        self._terms = terms
        self._judged = JudgedLog(database, terms)
        self._compared = None if id_field is None else LogTable(database, columns, id_field)

    def insert(self, messages: Sequence[Message]) -> None:
        if self._compared is not None and self._terms.needs_columns_alone:
            self._compared.insert(messages)
            return
        by_columns, judged, splits = [], [], []
        for message in messages:
            split = self._terms.split_at(message.partition() or 0, message.offset() or 0)
            if self._compared is not None and self._terms.of_split(split).has_columns:
                by_columns.append(message)
            else:
                judged.append(message)
                splits.append(split)
        if self._compared is not None:
            self._compared.insert(by_columns)
        self._judged.insert(judged, splits)
