"""The id of its writer's schema, as a record has it: before its value, or in a header."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from waybill_common.contract import SchemaId
from waybill_contracts.document import ValueFormat
from waybill_contracts.judging.frames import IN_HEADERS, VALUES_ID, HeaderBytes, beginning_of

ID_BITS = {"confluent": 32, "apicurio": 64}
"""Of the frames with a number before the value."""

ID_FRAMES = (*ID_BITS, IN_HEADERS)
"""Those by which a registry is asked."""

ID_FRAMES_TOLD = f"{', '.join(ID_FRAMES[:-1])} or {ID_FRAMES[-1]}"

_FORMS = {(b"\x00", 5), (b"\x01", 17)}
"""A header's first byte says whether a number or a GUID follows; with both, its length."""

IdOf: TypeAlias = Callable[[bytes, HeaderBytes], "SchemaId | None"]
"""Of a value that is framed, and its record's headers."""


def has_header_ids(form: ValueFormat | None) -> bool:
    """Whether a record can't be judged without its headers: they say by which schema its value is read."""
    return form is not None and form.registry is not None and form.frame == IN_HEADERS


def header_id(headers: HeaderBytes, name: bytes = VALUES_ID) -> SchemaId | None:
    """What the last header of that name says, which is the one that Confluent's deserializers read; None where there is
    none, or its value is not one id and nothing more.
    """
    last = None
    for one, value in headers:
        if one == name:
            last = value
    if last is None or (last[:1], len(last)) not in _FORMS:
        return None
    return _guid(last) if last[:1] == b"\x01" else int.from_bytes(last)


def header_value(one: SchemaId) -> bytes:
    """What a header holds that says ``one``."""
    return b"\x01" + uuid.UUID(one).bytes if isinstance(one, str) else b"\x00" + one.to_bytes(4)


def id_reader(frame: str) -> IdOf:
    if frame == IN_HEADERS:
        return lambda _value, headers: header_id(headers)
    begin, length = beginning_of(frame, is_old=False)
    return lambda value, _headers: int.from_bytes(value[len(begin) : length])


def may_be_asked(frame: str, one: SchemaId) -> bool:
    """Registries count in signed numbers: an id with the first bit set is one that none gives, so nobody asks for it.
    A GUID is a digest.
    """
    return isinstance(one, str) or one >> (ID_BITS.get(frame, 32) - 1) == 0


@lru_cache(maxsize=1024)
def _guid(value: bytes) -> str:
    return str(uuid.UUID(bytes=value[1:]))
