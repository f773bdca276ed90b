"""A page for people: a line for each value, nested ones by their way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from waybill_contracts.description import (
    asked_of_records,
    conditions,
    format_text,
    parts_of,
    place_text,
    type_text,
)
from waybill_contracts.document import ContractDocument, DescribedValue, stored_columns

_HEAD = ("column", "type", "", "in the record", "has to keep", "")


def exported(document: ContractDocument, dataset: str) -> str:  # noqa: ARG001  # every export's
    return "\n".join(_lines(document))


def _lines(document: ContractDocument) -> Iterator[str]:
    said = {
        "Fingerprint": f"sha256:{document.sha256}",
        "Value": format_text(document.value),
        **{name.capitalize(): text for name, text in asked_of_records(document).items()},
        "Unknown fields": document.extra,
        "Tombstones": document.tombstones,
        "Id": ", ".join(document.id),
        "Time": document.time or "",
        "Partitions": ", ".join(one.spelling for one in document.partition_by),
    }
    yield f"# {document.stream}, version {document.version}"
    yield ""
    yield from (f"- {name}: `{text}`" for name, text in said.items() if text)
    yield ""
    yield _row(_HEAD)
    yield _row("---" for _ in _HEAD)
    for one in document.root.fields:
        yield from _value(one, "")
    for one in stored_columns(document)[len(document.root.fields) :]:
        yield _row((f"`{one.name}`", one.type.family, _presence(one), "", "", ""))


def _value(of: DescribedValue, way: str) -> Iterator[str]:
    place = f"`{place_text(of)}`" if of.place not in ((), (of.name,)) else ""
    kept = ", ".join(conditions(of))
    yield _row((f"`{way}{of.name}`", type_text(of), _presence(of), place, kept, of.doc or ""))
    for inner in parts_of(of.type):
        yield from _value(inner, f"{way}{of.name}.")


def _presence(of: DescribedValue) -> str:
    return "required" if of.required else "optional"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    """A bar would end the cell, a line's end the table."""
    return " ".join(text.replace("\\", "\\\\").replace("|", "\\|").split())
