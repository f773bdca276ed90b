"""Rows and verdicts of formats 1 and 2: what 0.1.0 made of a record's timestamp, and the columns that it stored."""

from __future__ import annotations

import pyarrow as pa

from waybill_common.contract.arrow import OLD_COORDINATES
from waybill_contracts.columns import value_schema
from waybill_contracts.document import ContractDocument
from waybill_contracts.judging import Complaint, DeadRecord, JudgedRow, RecordVerdict

FIRST_WITH_DOCUMENTS = 3

_NO_PLACE = Complaint("kafka_timestamp", "bad_value")


def old_rows(document: ContractDocument) -> pa.Schema:
    """The footer of such an object says nothing of its contract."""
    return pa.schema([*value_schema(document), *OLD_COORDINATES])


def stamped(verdict: RecordVerdict, micros: int | None) -> RecordVerdict:
    """``verdict`` knows of no timestamp. A dead letter's own reason stays; ``micros`` is ``None`` for one that 0.1.0
    could store in no place."""
    if not isinstance(verdict, JudgedRow):
        return verdict
    if micros is None:
        return DeadRecord((_NO_PLACE,), f"{_NO_PLACE.path}: {_NO_PLACE.code}")
    return verdict._replace(timestamp=micros)
