"""Small text files, read within bounds of time and size, whatever the path leads to."""

from __future__ import annotations

import errno
import os
import select
import time
from pathlib import Path

from waybill_common.settings.secret_files import FileAccess, access_of

_MOST_BYTES = 1 << 20
_SECONDS = 10.0
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class UnreadableFile(Exception):
    """The text says why, as the end of a sentence."""


def read_small(path: Path) -> bytes:
    """The whole file. A pipe, such as ``<(sops -d waybill.toml)``, is given 10 s to come to its end.

    Raises ``UnreadableFile``: none there, a folder, no right to read it, above 1 MiB.
    """
    return read_judged(path)[0]


def read_judged(path: Path) -> tuple[bytes, FileAccess]:
    """The same, with what others may do with just that file."""
    try:
        # Without waiting for a writer: nobody may ever write to a named pipe.
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise UnreadableFile(_why(error)) from error
    try:
        return _drained(file), access_of(file)
    except OSError as error:
        raise UnreadableFile(_why(error)) from error
    finally:
        os.close(file)


def as_text(content: bytes) -> str:
    """UTF-8, with or without a byte order mark. Raises ``UnreadableFile``."""
    if content.startswith(_UTF_16) or b"\x00" in content[:4]:
        raise UnreadableFile("it is UTF-16 or UTF-32, not UTF-8")
    try:
        return content.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(f"it is not UTF-8 (line {line})") from error


def has_bom(content: bytes) -> bool:
    return content.startswith(_BOM)


def _drained(file: int) -> bytes:
    content, deadline = b"", time.monotonic() + _SECONDS
    poll = select.poll()
    poll.register(file, select.POLLIN)
    while len(content) <= _MOST_BYTES:
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise UnreadableFile(f"nothing more came for {_SECONDS:g} s")
        try:
            part = os.read(file, _MOST_BYTES)
        except BlockingIOError:
            continue
        if not part:
            return content
        content += part
    raise UnreadableFile(f"it is larger than {_MOST_BYTES:,} bytes")


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return "it is a folder" if error.errno == errno.EISDIR else (error.strerror or str(error)).lower()
    return "no path can be that"
