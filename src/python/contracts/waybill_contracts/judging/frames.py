"""Frames around a value or a key: which bytes come off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

_BEGINS = {"confluent": (b"\x00", 5), "apicurio": (b"\x00", 9), "glue": (b"\x03\x00", 18)}
"""How a frame begins, and its length."""

_OLD_MAGIC = b"\x00"
_OLD_LENGTH = 5

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


def _old_unframe(value: bytes) -> bytes:
    """As 0.1.0 did: a frame says by itself that it is one."""
    return value[_OLD_LENGTH:] if value.startswith(_OLD_MAGIC) else value
