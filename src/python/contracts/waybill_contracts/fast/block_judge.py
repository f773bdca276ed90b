"""Verdicts on many records at once: what the fast paths take is a row, the judge says what the others are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from waybill_contracts.document import ContractDocument
from waybill_contracts.fast.arrow_scalars import as_judged
from waybill_contracts.fast.choosing import paths_of, rows_by
from waybill_contracts.judging import KafkaInput, RecordJudge, RecordVerdict, Writers


class BlockJudge:
    def __init__(self, document: ContractDocument, most: int | None, writers: Writers | None = None) -> None:
        self._document = document
        self._fast = paths_of(document, writers)
        self._judge = RecordJudge(document, most, writers)

    def judge(self, records: Sequence[KafkaInput]) -> Iterator[RecordVerdict]:
        if self._fast is None:
            yield from map(self._judge.judge, records)
            return
        values = pa.array([one.value for one in records], pa.large_binary())
        found = rows_by(self._fast, values, (one.headers for one in records))
        rows = zip(*self._columns(found.rows), found.extra.to_pylist(), strict=True)
        for record, is_taken in zip(records, found.taken.tolist(), strict=True):
            if is_taken:
                *values, extra = next(rows)
                yield self._judge.around_a_row(record, values, extra)
            else:
                yield self._judge.judge(record)

    def _columns(self, rows: pa.Table) -> list[list[Any]]:
        pairs = zip(self._document.root.fields, rows.combine_chunks().columns, strict=True)
        return [as_judged(one, found.chunk(0)) if found.num_chunks else [] for one, found in pairs]
