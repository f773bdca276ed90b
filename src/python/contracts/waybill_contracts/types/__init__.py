"""Checks of values, one file for each family: from a token to the value, or to what is wrong with it."""

from waybill_contracts.types.calendar import (
    DAY_MICROS,
    FIRST_DAY,
    LAST_DAY,
    date_check,
    date_text,
    moment_text,
    time_check,
    time_text,
)
from waybill_contracts.types.compiling import (
    column_check,
    keeps_text,
    places_of,
    root_check,
    scalar_check,
    shape_of,
    text_check,
)
from waybill_contracts.types.containers import NestedCheck
from waybill_contracts.types.decimals import exact
from waybill_contracts.types.doubles import nearest_float
from waybill_contracts.types.integers import LONGEST
from waybill_contracts.types.misfit import (
    BAD_FORMAT,
    DUPLICATE_FIELD,
    INEXACT,
    MISSING_FIELD,
    OUT_OF_RANGE,
    WRONG_TYPE,
    Check,
    Misfit,
)
from waybill_contracts.types.moments import BEYOND_MICROS, FIRST_MICRO, moment_check
from waybill_contracts.types.notes import EXTRA_BASE, Notes, Where, path_text, tokens_at
from waybill_contracts.types.ruled import bound_of, ruled, rules_of
from waybill_contracts.types.structs import Places
from waybill_contracts.types.text import uuid_check

# fmt: off
__all__ = [
    "BAD_FORMAT", "BEYOND_MICROS", "DAY_MICROS", "DUPLICATE_FIELD", "EXTRA_BASE", "FIRST_DAY", "FIRST_MICRO", "INEXACT",
    "LAST_DAY", "LONGEST", "MISSING_FIELD", "OUT_OF_RANGE", "WRONG_TYPE", "Check", "Misfit", "NestedCheck", "Notes",
    "Places", "Where", "bound_of", "column_check", "date_check", "date_text", "exact", "keeps_text", "moment_check",
    "moment_text", "nearest_float", "path_text", "places_of", "root_check", "ruled", "rules_of", "scalar_check",
    "shape_of", "text_check", "time_check", "time_text", "tokens_at", "uuid_check",
]
