"""A column's rules, a whole block at a time."""

from __future__ import annotations

from datetime import MINYEAR
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from waybill_common.contract import Column, ColumnKind


def keeps(column: Column, texts: pa.ChunkedArray, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """True where a value keeps every rule of its column, false elsewhere; never null.

    ``texts`` are the fields as they stand in the records, null for JSON's null; ``values`` are what they stand for,
    null where that is nothing.
    """
    kept = reduce(pc.and_kleene, _checks(column, texts, values), pc.is_valid(values))
    kept = pc.fill_null(kept, fill_value=False)
    return pc.or_(kept, pc.is_null(texts)) if column.nullable else kept


def _checks(column: Column, texts: pa.ChunkedArray, values: pa.ChunkedArray) -> list[pa.ChunkedArray]:
    checks = []
    if column.pattern is not None:
        checks.append(pc.match_substring_regex(texts, column.pattern))
    if column.choices:
        checks.append(pc.is_in(texts, pa.array(column.choices, pa.string())))
    if column.min_length is not None:
        checks.append(pc.greater_equal(pc.utf8_length(texts), column.min_length))
    if column.max_length is not None:
        checks.append(pc.less_equal(pc.utf8_length(texts), column.max_length))
    if column.kind is ColumnKind.DOUBLE:
        checks.append(pc.is_finite(values))
    if column.minimum is not None:
        checks.append(pc.greater_equal(values, column.minimum))
    if column.maximum is not None:
        checks.append(pc.less_equal(values, column.maximum))
    if column.kind is ColumnKind.INSTANT:
        # Python's datetime, and so the contract, has no year 0.
        checks.append(pc.greater_equal(pc.year(values), MINYEAR))
    return checks
