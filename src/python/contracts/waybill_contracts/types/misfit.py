"""What is wrong with a value. The constants are compared by identity: a check returns a value or one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from waybill_contracts.scanning import NumberText


@dataclass(frozen=True, slots=True)
class Misfit:
    """``keyword`` names the rule that ``bad_value`` broke."""

    code: str
    keyword: str = ""


DUPLICATE_FIELD = Misfit("duplicate_field")
MISSING_FIELD = Misfit("missing_field")
WRONG_TYPE = Misfit("wrong_type")
BAD_FORMAT = Misfit("bad_format")
OUT_OF_RANGE = Misfit("out_of_range")
INEXACT = Misfit("inexact")
TOO_DEEP = Misfit("too_deep")
UNKNOWN_FIELD = Misfit("unknown_field")

Check: TypeAlias = Callable[[Any], Any]
"""From a token to the value, or to a ``Misfit``."""

TOKENS: dict[str, tuple[Any, ...]] = {
    "number": (NumberText,),
    "string": (str,),
    "either": (NumberText, str),
}
"""Which tokens the wires of numbers take."""
