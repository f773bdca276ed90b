"""Days and instants in Arrow: those that are spelled plainly, in years that need no care. Null is left to the check."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from waybill_contracts.fast.numbers_in_arrow import only, whole_numbers
from waybill_contracts.types import BEYOND_MICROS, FIRST_MICRO

_DAY = r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_LOCAL = rf"^{_DAY}[T ]{_CLOCK}(?:\.[0-9]{{1,6}})?"
_ZONE = r"(?:Z|[-+](?:[01][0-9]|2[0-3]):[0-5][0-9])$"
_UTC_MICROS = rf"^{_DAY}T{_CLOCK}\.[0-9]{{6}}Z$"
_TIME = rf"^{_CLOCK}\.[0-9]{{6}}$"

_MICROS = {"epoch_s": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}
_NANOS = 1_000


def days(texts: pa.StringArray) -> pa.Date32Array:
    return _of_a_calendar(only(pc.match_substring_regex(texts, f"^{_DAY}$"), texts), pa.date32())


def times(texts: pa.StringArray) -> pa.StringArray:
    return only(pc.match_substring_regex(texts, _TIME), texts)


def moments(texts: pa.StringArray, wire: str, of: pa.TimestampType) -> pa.TimestampArray:
    spelled = _UTC_MICROS if wire == "utc_micros" else _LOCAL + (_ZONE if of.tz else "$")
    return _of_a_calendar(only(pc.match_substring_regex(texts, spelled), texts), of)


def epochs(texts: pa.StringArray, wire: str, of: pa.TimestampType, *, floors: bool) -> pa.TimestampArray:
    unit = wire.removesuffix("_text")
    if unit in _MICROS:
        factor = _MICROS[unit]
        found = whole_numbers(texts, -(-FIRST_MICRO // factor), (BEYOND_MICROS - 1) // factor)
        return pc.multiply(found, factor).view(of)
    found = whole_numbers(texts, 0, 10**18)
    micros = pc.divide(found, _NANOS)
    if not floors:
        micros = only(pc.equal(pc.multiply(micros, _NANOS), found), micros)
    return micros.view(of)


def _of_a_calendar(texts: pa.StringArray, of: pa.DataType) -> pa.Array:
    """A day that a pattern lets through may be one that no calendar has: 30 February."""
    try:
        return texts.cast(of)
    except pa.ArrowInvalid:
        written = pc.utf8_slice_codeunits(texts, 0, len("YYYY-MM-DD"))
        known = [one for one in written.unique().to_pylist() if one is not None and _is_day(one)]
        return only(pc.is_in(written, pa.array(known, pa.string())), texts).cast(of)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
