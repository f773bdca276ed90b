"""Numbers of one place: their range, how exact a type has to be, and whether all may be moments of an epoch."""

from __future__ import annotations

from decimal import Decimal
from math import isinf

from waybill_contracts.types import INEXACT, Misfit, exact, moment_check

UNITS = ("s", "ms", "us", "ns")

FIRST_EVIDENT = 946_684_800_000_000
BEYOND_EVIDENT = 4_102_444_800_000_000
"""2000 to 2100 in microseconds: no two units have a number in common there."""

INT64 = 2**63

_EPOCHS = {
    kind: {
        wire: tuple(moment_check(wire, zoned=True, floors=floors) for floors in (False, True))
        for wire in (f"epoch_{unit}{suffix}" for unit in UNITS)
    }
    for kind, suffix in (("number", ""), ("string", "_text"))
}
"""By the wire of the numbers: each unit's wire, with its checks, the exact one first."""


class NumbersSeen:
    """``wire`` is ``number``, or ``string`` of numbers in texts. ``digits`` stand before the point, ``scale`` after."""

    def __init__(self, wire: str) -> None:
        self.count = self.digits = self.scale = 0
        self.is_whole = self.fits_long = self.fits_decimal = self.fits_double = self.is_exact_double = True
        self.least: Decimal | None = None
        self.most: Decimal | None = None
        self._beyond: set[str] = set()
        self._epochs = dict(_EPOCHS[wire])

    @property
    def epoch(self) -> str | None:
        """The wire by which each number is a moment of these times."""
        return next(iter(self._epochs), None) if self.count else None

    @property
    def beyond_micros(self) -> bool:
        """Whether one of these moments has digits beyond microseconds."""
        return self.epoch in self._beyond

    def see(self, token: str) -> None:
        self.count += 1
        self.is_whole = self.is_whole and not set(token) & set(".eE")
        double = float(token)
        if isinf(double):
            self.fits_double = self.is_exact_double = False
        self._see_exact(token, double)
        for wire, (check, floored) in [*self._epochs.items()]:
            micros = check(token)
            if micros is INEXACT:
                micros = floored(token)
                self._beyond.add(wire)
            if micros.__class__ is Misfit or not FIRST_EVIDENT <= micros < BEYOND_EVIDENT:
                del self._epochs[wire]

    def _see_exact(self, token: str, double: float) -> None:
        parts = exact(token)
        if parts is None:
            self.fits_decimal = self.fits_long = self.is_exact_double = False
            return
        number, power = parts
        value = Decimal(f"{number}E{power}")
        self.least = value if self.least is None else min(self.least, value)
        self.most = value if self.most is None else max(self.most, value)
        if not isinf(double) and self.is_exact_double:
            self.is_exact_double = Decimal(repr(double)) == value
        text = str(abs(number))
        bare = text.rstrip("0") or "0"
        if number:
            self.scale = max(self.scale, -(power + len(text) - len(bare)))
            self.digits = max(self.digits, len(text) + power)
        if self.is_whole:
            self.fits_long = self.fits_long and -INT64 <= number < INT64
        else:
            self.fits_long = False
