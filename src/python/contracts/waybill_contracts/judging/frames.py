"""Frames around a value or a key: which bytes come off, and which frame some bytes look like."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

_BEGINS = {"confluent": (b"\x00", 5), "apicurio": (b"\x00", 9), "glue": (b"\x03\x00", 18)}
"""How a frame begins, and its length."""

_OLD_MAGIC = b"\x00"
_OLD_LENGTH = 5

VALUES_ID, KEYS_ID = b"__value_schema_id", b"__key_schema_id"
"""Headers that Confluent's serializers put a schema's id into, of ``confluent_header``."""

NO_FRAME = "no frame"
COMPRESSED_GLUE = "compressed glue"
IN_HEADERS = "confluent_header"
BARE = (None, IN_HEADERS, NO_FRAME)
"""Where nothing comes off."""
_WHITE = b" \t\n\r"
_JSON = (b"{", b"[")

HeaderBytes: TypeAlias = "Iterable[tuple[bytes, bytes | None]]"

Unframe: TypeAlias = Callable[[bytes], "bytes | None"]
"""What is in the frame; ``None`` for a bad frame."""


def unframe_of(frame: str | None, *, is_old: bool) -> Unframe | None:
    """``None`` where nothing comes off."""
    if is_old:
        return _old_unframe
    if frame is None:
        return None
    begin, length = _BEGINS.get(frame, (b"", 0))

    def unframe(value: bytes) -> bytes | None:
        if not value.startswith(begin) or len(value) <= length:
            return None
        return value[length:]

    return unframe


def beginning_of(frame: str | None, *, is_old: bool) -> tuple[bytes, int]:
    """How a frame begins, and its length; 0 where nothing comes off. To 0.1.0 a value may be without one."""
    return (_OLD_MAGIC, _OLD_LENGTH) if is_old else _BEGINS.get(frame or "", (b"", 0))


def frame_seen(content: bytes, headers: HeaderBytes = (), id_header: bytes = VALUES_ID) -> str | None:
    """The frame that a value or a key looks like, by a contract's name for it or as above; ``None`` where nothing can
    be told of it. A guess: what begins by chance as a frame does looks like one.
    """
    if any(name == id_header for name, _ in headers):
        return IN_HEADERS
    if len(content) > _BEGINS["glue"][1] and content[:1] == b"\x03" and content[1:2] in (b"\x00", b"\x05"):
        return "glue" if content[1:2] == b"\x00" else COMPRESSED_GLUE
    if content.startswith(b"\x00"):
        return _by_its_id(content)
    return NO_FRAME if content.lstrip(_WHITE).startswith(_JSON) else None


def _by_its_id(content: bytes) -> str | None:
    """Ids are counted from 1, so that four bytes of zeros are the beginning of a long one."""
    is_long = content[1:5] == bytes(4) and content[5:6] not in _JSON
    if is_long and len(content) > _BEGINS["apicurio"][1]:
        return "apicurio"
    return "confluent" if not is_long and len(content) > _BEGINS["confluent"][1] else None


def _old_unframe(value: bytes) -> bytes:
    """As 0.1.0 did: a frame says by itself that it is one."""
    return value[_OLD_LENGTH:] if value.startswith(_OLD_MAGIC) else value
