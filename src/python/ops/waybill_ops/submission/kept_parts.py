"""What was unpacked or written into the cache before, compared with what it came from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO

from waybill_common.errors import EnvironmentMissing
from waybill_common.private_folder import is_private_file

_BLOCK = 1024 * 1024


def require_parts(folder: Path, parts: Mapping[str, IO[bytes]], origin: str) -> None:
    """Raises ``EnvironmentMissing`` unless ``folder`` holds ``parts`` by their names, byte for byte, and nothing else.

    A file more is no less than a file changed: Python and Java look for modules and classes beside what they run.
    """
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if not _is_folder(path)}
    strange = sorted(found - parts.keys())
    if strange:
        raise _differs(folder, strange[0], f"is not in {origin}")
    for name, origin_part in parts.items():
        if name not in found:
            raise _differs(folder, name, "is gone")
        if not is_private_file(folder / name):
            raise _differs(folder, name, "is no file that this user or root alone may write to")
        if not _is_same(folder / name, origin_part):
            raise _differs(folder, name, f"has other bytes than in {origin}")


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_same(path: Path, origin: IO[bytes]) -> bool:
    with path.open("rb") as kept:
        while block := origin.read(_BLOCK):
            if kept.read(len(block)) != block:
                return False
        return not kept.read(1)


def _differs(folder: Path, name: str, what: str) -> EnvironmentMissing:
    return EnvironmentMissing(
        f"{name} in {folder} {what}: somebody has changed that folder since it was made.",
        allowed="what was put there.",
        remedy=f"find out who it was, delete {folder} and run again: it is made anew.",
    )
