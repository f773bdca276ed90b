"""How numbers and names are written on the page and in its pictures."""

from __future__ import annotations

_SHORT = ("cpu", "pss")


def number(value: float) -> str:
    """Three digits that count: ``12,300``, ``987``, ``1.25``, ``0.0042``."""
    return f"{float(f'{value:.3g}'):,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def heading(value: str) -> str:
    """A value's name in words: ``cpu_seconds_per_million_rows`` is CPU seconds per million rows."""
    words = (word.upper() if word in _SHORT else word for word in value.split("_"))
    return " ".join(words)
