"""Checks of values, one file for each family: from a token to the value, or to what is wrong with it."""

from waybill_contracts.types.calendar import (
    DAY_MICROS,
    FIRST_DAY,
    LAST_DAY,
    date_check,
    date_text,
    moment_text,
    time_check,
)
from waybill_contracts.types.compiling import column_check, keeps_text, root_check, scalar_check, shape_of
from waybill_contracts.types.decimals import exact
from waybill_contracts.types.integers import LONGEST
from waybill_contracts.types.misfit import INEXACT, Misfit
from waybill_contracts.types.moments import BEYOND_MICROS, FIRST_MICRO, moment_check
from waybill_contracts.types.notes import EXTRA_BASE, Notes, Where, path_text, tokens_at
from waybill_contracts.types.ruled import bound_of
from waybill_contracts.types.text import uuid_check

# fmt: off
__all__ = [
    "BEYOND_MICROS", "DAY_MICROS", "EXTRA_BASE", "FIRST_DAY", "FIRST_MICRO", "INEXACT", "LAST_DAY", "LONGEST", "Misfit",
    "Notes", "Where", "bound_of", "column_check", "date_check", "date_text", "exact", "keeps_text", "moment_check",
    "moment_text", "path_text", "root_check", "scalar_check", "shape_of", "time_check", "tokens_at", "uuid_check",
]
