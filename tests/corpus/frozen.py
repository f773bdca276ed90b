"""Verdicts that are frozen: files of lines, to which lines may be added and nothing else."""

from __future__ import annotations

import base64
import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "verdicts"


def lines(name: str) -> list[bytes]:
    return lzma.decompress((FOLDER / name).read_bytes()).splitlines(keepends=True)


def verdicts(name: str) -> Iterator[tuple[bytes | None, dict[str, Any]]]:
    """Each record's value, and what was said of it."""
    for line in lines(name):
        told = json.loads(line)
        value = told.pop("value")
        yield None if value is None else base64.b64decode(value), told
