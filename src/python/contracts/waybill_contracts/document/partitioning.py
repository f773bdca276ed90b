"""``id``, ``time`` and ``partition_by``: which columns they may name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from waybill_contracts.document.described import DescribedValue, FolderKey, LegacyTerms, Primitive
from waybill_contracts.document.reading_members import MemberPlace, a_list, a_text, different_texts
from waybill_contracts.document.refusal import refuse, refuse_word, shown

TIMES = ("timestamptz", "timestamp", "date")
KAFKA_TIME = "kafka_timestamp"
NO_ID = ("boolean", "float", "double", "json", "list", "map", "struct")
_SUFFIXES = {"day": "day", "hour": "hour", "identity": "value"}

_part = re.compile(r"([a-z]+)\((.*)\)", re.DOTALL).fullmatch

Columns = Mapping[str, DescribedValue]


def read_id(place: MemberPlace, value: Any, columns: Columns) -> tuple[str, ...]:
    names = different_texts(place, value)
    for at, name in enumerate(names):
        one = _column((*place, str(at)), name, columns)
        if not one.required or one.type.family in NO_ID:
            raise refuse(
                (*place, str(at)),
                f"{name} is {'required' if one.required else 'optional'} and a {one.type.family}",
                f"required columns that are none of {', '.join(NO_ID)}",
            )
    return tuple(names)


def read_time(place: MemberPlace, value: Any, columns: Columns, kinds: tuple[str, ...] = TIMES) -> str:
    name = a_text(place, value)
    if name != KAFKA_TIME and (one := _column(place, name, columns)).type.family not in kinds:
        raise refuse(
            place, f"{name} is a {one.type.family}", f"a column of {', '.join(kinds)}, or {KAFKA_TIME}"
        )
    return name


def _column(place: MemberPlace, name: str, columns: Columns) -> DescribedValue:
    if name not in columns:
        raise refuse_word(place, "the column", name, columns)
    return columns[name]


def read_partitions(
    place: MemberPlace, value: Any, columns: Columns, legacy: LegacyTerms | None
) -> tuple[FolderKey, ...]:
    listed = a_list(place, value, may_be_empty=True)
    keys = tuple(_key((*place, str(at)), one, columns, legacy) for at, one in enumerate(listed))
    kinds = sorted("identity" if one.transform == "identity" else "time" for one in keys)
    if len(keys) > 2 or (len(keys) == 2 and kinds != ["identity", "time"]):
        raise refuse(place, f"{shown(listed)} are too many", "none, one, or an identity and a time")
    names = {name.lower(): name for name in columns}
    for at, one in enumerate(keys):
        if one.key.lower() in names:
            raise refuse(
                (*place, str(at)),
                f"the column {names[one.key.lower()]} is called as its folders' key",
                "others",
            )
    return keys


def _key(place: MemberPlace, value: Any, columns: Columns, legacy: LegacyTerms | None) -> FolderKey:
    text = a_text(place, value)
    found = _part(text)
    if found is None or found[1] not in _SUFFIXES:
        column = text.partition("(")[2].partition(")")[0] or "column"
        raise refuse_word(place, "the partition", text, (f"{one}({column})" for one in _SUFFIXES))
    transform, name = found.groups()
    if transform == "identity":
        _check_identity(place, name, columns)
    else:
        read_time(place, name, columns, TIMES if transform == "day" else TIMES[:2])
    is_old = legacy is not None and transform == "day"
    return FolderKey(
        transform, name, legacy.partition_key if is_old and legacy else f"{name}_{_SUFFIXES[transform]}"
    )


def _check_identity(place: MemberPlace, name: str, columns: Columns) -> None:
    one = _column(place, name, columns)
    texts = one.rules.get("enum")
    if one.type == Primitive("boolean"):
        return
    if one.type != Primitive("string") or not isinstance(texts, tuple):
        raise refuse(
            place, f"{name} is a {one.type.family}", "identity of a boolean, or of a string with an enum"
        )
    if "" in texts or "null" in texts:
        raise refuse(place, f"the enum of {name} has null or an empty text", "an enum with neither")
