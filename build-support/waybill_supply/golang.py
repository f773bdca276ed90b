"""The modules that a Go program was built from: each carries a list of them (`go version -m` prints it)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from waybill_supply.part import Part

_ELF = b"\x7fELF"
_MAGIC = b"\xff Go buildinf:"
_HEADER = 32
_INLINE = 2  # the flag for a version and a list that follow at once, as Go writes since 1.18


def go_modules(file: IO[bytes]) -> Iterator[Part]:
    """The program's own module and those that it depends on; none for what is no Go program."""
    if file.read(len(_ELF)) != _ELF:
        return
    content = file.read()
    start = content.find(_MAGIC)
    if start < 0 or not content[start + 15] & _INLINE:
        return
    go, at = _string(content, start + _HEADER)
    listed, _ = _string(content, at)
    version = go.decode().removeprefix("go")
    yield Part(f"pkg:golang/stdlib@{version}", "stdlib", version, licence="BSD-3-Clause")
    lines = re.findall(rb"^(mod|dep|=>)\t(\S+)\t(\S+)", listed, re.MULTILINE)
    for place, (kind, path, number) in enumerate(lines):
        if place + 1 < len(lines) and lines[place + 1][0] == b"=>" and kind != b"=>":
            continue  # the next line is what stands in for it
        yield Part(f"pkg:golang/{path.decode()}@{number.decode()}", path.decode(), number.decode())


def _string(content: bytes, at: int) -> tuple[bytes, int]:
    """A string behind its length, a varint; and where it ends."""
    length = shift = 0
    while True:
        byte = content[at]
        at += 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return content[at : at + length], at + length
