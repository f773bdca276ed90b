"""The contenders' own programs and configuration, which lie beside the code and come along in the PEX."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def text_of(name: str) -> str:
    """The content of a file of ``contenders``."""
    return (resources.files("waybill_bench.sink") / "contenders" / name).read_text()


def copied(name: str, folder: Path) -> Path:
    """A copy of it in ``folder``, for programs that want a path."""
    path = folder / name
    path.write_text(text_of(name))
    return path
