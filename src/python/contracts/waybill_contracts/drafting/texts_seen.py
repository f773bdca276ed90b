"""Texts of one place: their lengths, and which grammars all of them keep. No text itself is kept."""

from __future__ import annotations

import re

from waybill_contracts.drafting.numbers_seen import NumbersSeen
from waybill_contracts.types import (
    INEXACT,
    Misfit,
    date_check,
    date_text,
    moment_check,
    moment_text,
    time_check,
    uuid_check,
)

_number = re.compile(r"-?(?:0|[1-9][0-9]{0,40})(?:\.[0-9]{1,40})?").fullmatch

_CHECKS = {
    "timestamptz": moment_check("text", zoned=True, floors=False),
    "timestamp": moment_check("text", zoned=False, floors=False),
    "date": date_check("text"),
    "time": time_check("text"),
    "uuid": uuid_check,
}
_FLOORED = {
    "timestamptz": moment_check("text", zoned=True, floors=True),
    "timestamp": moment_check("text", zoned=False, floors=True),
}


class TextsSeen:
    """``kinds`` are types whose text all of them are."""

    def __init__(self) -> None:
        self.count = self.longest = 0
        self.shortest: int | None = None
        self.beyond_micros = False
        self.kinds = [*_CHECKS]
        self.numbers: NumbersSeen | None = NumbersSeen("string")
        self._least: int | None = None
        self._most: int | None = None

    def see(self, text: str) -> None:
        self.count += 1
        self.longest = max(self.longest, len(text))
        self.shortest = len(text) if self.shortest is None else min(self.shortest, len(text))
        if self.numbers is not None:
            if _number(text):
                self.numbers.see(text)
            else:
                self.numbers = None
        for kind in [*self.kinds]:
            value = _CHECKS[kind](text)
            if value is INEXACT:
                value, self.beyond_micros = _FLOORED[kind](text), True
            if value.__class__ is Misfit:
                self.kinds.remove(kind)
            elif isinstance(value, int):
                self._least = value if self._least is None else min(self._least, value)
                self._most = value if self._most is None else max(self._most, value)

    @property
    def span(self) -> list[str] | None:
        """First and last, of dates and moments alone."""
        if (
            self._least is None
            or self._most is None
            or not {*self.kinds} & {"timestamptz", "timestamp", "date"}
        ):
            return None
        spell = date_text if "date" in self.kinds else moment_text
        return [spell(self._least), spell(self._most)]
