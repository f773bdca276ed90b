"""Numbers in Arrow, from tokens or texts: those that are spelled plainly. What is null here is left to the check."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waybill_contracts.fast.record_bytes import as_arrow

_WHOLE = r"^-?(?:0|[1-9][0-9]{0,17})$"
_DOUBLE = r"^-?(?:0|[1-9][0-9]{0,16})(?:\.[0-9]{1,20})?(?:[eE][-+]?[0-9]{1,2})?$"
_MINUS_NOTHING = "-0"
"""0.0 to the judge, and -0.0 to Arrow."""


def only(kept: pa.BooleanArray, values: pa.Array) -> pa.Array:
    if kept.true_count == len(kept):
        return values
    return pc.if_else(kept, values, None)


def whole_numbers(texts: pa.StringArray, low: int, high: int) -> pa.Int64Array:
    values = only(pc.match_substring_regex(texts, _WHOLE), texts).cast(pa.int64())
    return only(pc.and_(pc.greater_equal(values, low), pc.less_equal(values, high)), values)


def doubles(texts: pa.StringArray) -> pa.DoubleArray:
    plain = pc.and_(pc.match_substring_regex(texts, _DOUBLE), pc.not_equal(texts, _MINUS_NOTHING))
    return only(plain, texts).cast(pa.float64())


def floats(texts: pa.StringArray) -> pa.DoubleArray:
    """The nearest float32. Just in the middle of two, as a double, the text itself would have to say which."""
    found = doubles(texts)
    near = pc.fill_null(found, 0.0).to_numpy(zero_copy_only=False)
    with np.errstate(over="ignore"):
        rounded = near.astype(np.float32)
        other = np.nextafter(rounded, np.where(near > rounded, np.inf, -np.inf).astype(np.float32))
    size, beside = np.abs(near - rounded.astype(np.float64)), np.abs(near - other.astype(np.float64))
    sure = (near == rounded) | (np.isfinite(rounded) & np.isfinite(other) & (size != beside))
    values = pa.Array.from_buffers(
        pa.float64(), len(near), [None, pa.py_buffer(np.ascontiguousarray(rounded, np.float64))]
    )
    return pc.if_else(pc.and_(as_arrow(sure), found.is_valid()), values, None)


def decimals(texts: pa.StringArray, of: pa.Decimal128Type) -> pa.Decimal128Array:
    """With no more digits than the type has, before the point and after it: so the conversion rounds nothing."""
    digits = of.precision - of.scale
    whole = f"(?:0|[1-9][0-9]{{0,{digits - 1}}})" if digits else "0"
    fraction = rf"(?:\.[0-9]{{1,{of.scale}}})?" if of.scale else ""
    return only(pc.match_substring_regex(texts, f"^-?{whole}{fraction}$"), texts).cast(of)
