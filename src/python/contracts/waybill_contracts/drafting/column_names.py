"""Names of columns, made from names of members that may be anything."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MOST_LENGTH = 128

_MARKS = re.compile("[\u0300-\u036f]")
"""Accents, once they stand apart from their letters."""

_UNFIT = re.compile(r"[^A-Za-z0-9_]+")


def column_names(members: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """One for each member, in their order, no two alike but for the case of letters. ``taken`` are none of them."""
    members = list(members)
    used = {one.lower() for one in taken}
    found: dict[int, str] = {}
    # A member that can be called as it is keeps its name, whichever comes first.
    for at, name in sorted(enumerate(members), key=lambda pair: column_name(pair[1]) != pair[1]):
        fit = _unused(column_name(name), used)
        used.add(fit.lower())
        found[at] = fit
    return [found[at] for at in range(len(members))]


def column_name(member: str) -> str:
    if _is_fit(member):
        return member
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", member))
    name = _UNFIT.sub("_", plain).strip("_")[:MOST_LENGTH] or "field"
    if name[0].isdigit() or name.lower().startswith("kafka_"):
        name = f"_{name}"[:MOST_LENGTH]
    return name


def _is_fit(name: str) -> bool:
    return (
        len(name) <= MOST_LENGTH
        and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) is not None
        and not name.lower().startswith("kafka_")
        and name.lower() != "_extra"
    )


def _unused(name: str, used: set[str]) -> str:
    fit, number = name, 1
    while fit.lower() in used:
        number += 1
        fit = f"{name[: MOST_LENGTH - len(str(number)) - 1]}_{number}"
    return fit
