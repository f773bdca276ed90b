"""The text that goes with an artifact: each part of others in it, its licence, and the licence's words."""

from __future__ import annotations

from collections.abc import Iterator

from waybill_supply.part import Contents, Part

_RULE = "=" * 80


def licence_text(found: Contents) -> str:
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Contents) -> Iterator[str]:
    yield f"Software of others in {found.name}"
    yield ""
    yield "Waybill itself is under the Apache License 2.0."
    parts = sorted(found.inside(), key=lambda part: part.name)
    if not parts:
        yield "It carries no software of others."
        if found.requires:
            yield "Whoever installs it fetches what it requires, each under a licence of its own:"
            yield from (f"  {line}" for line in found.requires)
    for part in parts:
        yield from _of_part(part)


def _of_part(part: Part) -> Iterator[str]:
    yield ""
    yield _RULE
    yield f"{part.name} {part.version}"
    yield f"Licence: {part.licence or 'see below'}"
    if part.inner:
        yield "Built into it:"
        yield from (f"  {one.name} {one.version} {_in_brackets(one)}".rstrip() for one in part.inner)
    for text in part.texts:
        yield ""
        yield f"--- {text.name}"
        yield ""
        yield text.text.strip("\n")


def _in_brackets(part: Part) -> str:
    return f"({part.licence})" if part.licence else ""
