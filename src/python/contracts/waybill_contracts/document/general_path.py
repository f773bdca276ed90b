"""The place that a record's path stands for: the same for each item of a list and for each key of a map."""

from __future__ import annotations

from waybill_contracts.document.described import ContractDocument, ListOf, MapOf, StructOf, ValueType
from waybill_contracts.document.pointers import escaped

ANY = "*"


def general_path(document: ContractDocument, path: str) -> str:
    """``/items/3/price`` becomes ``/items/*/price``. What the document does not describe stays as it is."""
    first, *tokens = path.split("/")
    return "/".join((first, *_general(document.root, tuple(tokens)))) if tokens and not first else path


def _general(of: ValueType, tokens: tuple[str, ...]) -> tuple[str, ...]:
    if not tokens:
        return ()
    match of:
        case StructOf(fields):
            for one in fields:
                place = tuple(map(escaped, one.place))
                if tokens[: len(place)] == place:
                    return (*place, *_general(one.type, tokens[len(place) :]))
        case ListOf(item):
            return ANY, *_general(item.type, tokens[1:])
        case MapOf(value=each):
            return ANY, *_general(each.type, tokens[1:])
    return tokens
